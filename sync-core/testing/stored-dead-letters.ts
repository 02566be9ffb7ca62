import type { DeadLetter } from '../domain/dead-letter.ts'
import { readStore } from '../read-store.ts'
import type { TestWorkspace } from './engine.ts'

/** All dead letters that are stored, in the order of the store. Beside a running engine or without one. */
export function storedDeadLetters({ stateDir }: Pick<TestWorkspace, 'stateDir'>): readonly DeadLetter[] {
  const store = readStore(stateDir)
  try {
    return store.deadLetters.list(undefined, 5_000)
  } finally {
    store.close()
  }
}
