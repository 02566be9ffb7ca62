import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Log } from '../../sync-core/domain/log.ts'
import { readManifestFile } from '../../sync-core/manifest/read-manifest-file.ts'
import { createJsonFile } from '../json-file.ts'
import { backwards, type FileChange, replaceFiles } from './replace-files.ts'

/** Changes of several files that are made together: after a crash in between, none of them is made. */
export interface FileJournal {
  /** Rejects when one of them was changed meanwhile or cannot be written, and then none is changed. */
  replace(changes: readonly FileChange[]): Promise<void>
  /** Takes back what a crash left half made. To be called before anything else touches the files. */
  recover(): Promise<void>
}

const entry = z.object({
  path: z.string(),
  before: z
    .string()
    .optional()
    .transform((text) => text),
  after: z
    .string()
    .optional()
    .transform((text) => text),
})

/** The journal is a file of the program's own, at `path`. */
export function openFileJournal(path: string, log: Log): FileJournal {
  const file = createJsonFile<readonly FileChange[]>(path, z.array(entry), [])
  return {
    async replace(changes) {
      await file.write(changes)
      for (const change of changes)
        if (change.after !== undefined) await mkdir(dirname(change.path), { recursive: true })
      await replaceFiles(changes)
      await file.write([])
    },
    async recover() {
      const changes = file.read()
      if (changes.length === 0) return
      const made = await Promise.all(changes.map(isMade))
      if (made.includes('other'))
        log.warn('A change of files was cut off, and one of them was changed since: they stay')
      else {
        await replaceFiles(
          changes
            .filter((_, index) => made[index] === 'yes')
            .map(backwards)
            .reverse(),
        )
        log.info('A change of files that was cut off is taken back')
      }
      await file.write([])
    },
  }
}

async function isMade({ path, before, after }: FileChange): Promise<'yes' | 'no' | 'other'> {
  const content = await readManifestFile(path)
  const text = content === undefined ? undefined : Buffer.from(content).toString('utf8')
  if (text === after) return 'yes'
  return text === before ? 'no' : 'other'
}
