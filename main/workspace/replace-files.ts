import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { replaceFile } from '../../sync-core/manifest/print/replace-file.ts'
import { Refusal } from '../ipc/refusal.ts'

/** One file as it was read and as it is to be; `undefined` where there is none. */
export interface FileChange {
  /** Absolute. */
  readonly path: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/**
 * Puts every text in the place of what was read, one after another; a file without a change is not touched. Rejects when
 * one of them was changed meanwhile or cannot be written, and then those before it are put back.
 */
export async function replaceFiles(changes: readonly FileChange[]): Promise<void> {
  const done: FileChange[] = []
  try {
    for (const change of changes) {
      if (change.before === change.after) continue
      await replaceOne(change)
      done.unshift(change)
    }
  } catch (error) {
    for (const change of done) await replaceOne(backwards(change))
    throw error
  }
}

export function backwards({ path, before, after }: FileChange): FileChange {
  return { path, before: after, after: before }
}

/** The same for the same texts, and for no others. */
export function markOf(shown: unknown): string {
  return createHash('sha256').update(JSON.stringify(shown)).digest('base64url')
}

async function replaceOne({ path, before, after }: FileChange): Promise<void> {
  if (after !== undefined) {
    await replaceFile(path, before === undefined ? undefined : Buffer.from(before, 'utf8'), after)
    return
  }
  const now = await readFile(path, 'utf8').catch(() => undefined)
  if (now !== before) {
    throw new Refusal({
      message: `Cannot remove ${path}: it was changed meanwhile`,
      solution: 'Nothing was written; look at the change and try again.',
    })
  }
  await rm(path)
}
