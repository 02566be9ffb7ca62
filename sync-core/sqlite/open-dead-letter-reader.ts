import Database from 'better-sqlite3'
import type { DeadLetterBook } from '../domain/dead-letter.ts'
import { openDeadLetterBook } from './dead-letter-book.ts'
import { storePath } from './store-connection.ts'
import { toStoreFailure } from './store-failure.ts'

export interface DeadLetterReader extends Pick<DeadLetterBook, 'list' | 'groups' | 'skipped'> {
  close(): void
}

/**
 * Opens the event store of a state folder to look at its dead letters, beside its writer or without one. Throws a
 * FailureError of kind `store` when there is none, or when it is of an older version that no engine has opened since.
 */
export function openDeadLetterReader({ stateDir }: { readonly stateDir: string }): DeadLetterReader {
  let database: Database.Database | undefined
  const guarded = <Result>(act: () => Result): Result => {
    try {
      return act()
    } catch (error) {
      throw toStoreFailure(error, database === undefined ? 'open' : 'read')
    }
  }
  const opened = guarded(
    () => new Database(storePath(stateDir), { readonly: true, fileMustExist: true, timeout: 1_000 }),
  )
  database = opened
  const book = guarded(() => openDeadLetterBook({ database: opened, read: guarded, write: guarded }))
  return { list: book.list, groups: book.groups, skipped: book.skipped, close: () => void opened.close() }
}
