import { mkdir, readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { replaceFile } from '../../sync-core/manifest/print/replace-file.ts'
import { isInside } from '../../sync-core/manifest/workspace-root.ts'
import { Refusal } from '../ipc/refusal.ts'
import type { WorkspaceExport } from './read-export.ts'

/** What an export would write into a folder, with what is there now: to be looked at before. */
export interface PlannedExport {
  readonly folder: string
  readonly files: readonly PlannedFile[]
  readonly notes: readonly string[]
}

export interface PlannedFile {
  readonly path: string
  readonly text: string
  readonly state: 'new' | 'replaces' | 'same'
  /** What is there; `undefined`: nothing. */
  readonly before: Uint8Array | undefined
}

/** Compares an export with a folder; writes nothing. Rejects with a Refusal for a folder of the workspace itself. */
export async function planExport(
  exported: WorkspaceExport,
  folder: string,
  manifestPaths: readonly string[],
): Promise<PlannedExport> {
  for (const path of manifestPaths) {
    if ((await realpath(dirname(path))) !== (await realpath(folder))) continue
    throw new Refusal({
      message: `Cannot export to ${folder}: the workspace itself is there`,
      solution: 'Choose another folder.',
    })
  }
  const files = await Promise.all(
    exported.files.map(async ({ path, text }): Promise<PlannedFile> => {
      const target = join(folder, ...path.split('/'))
      if (!(await isInside(folder, target))) {
        throw new Refusal({ message: `Cannot export to ${folder}: ${path} leads out of it, by a link` })
      }
      const before = await readFile(target).catch(ignoreMissing)
      if (before === undefined) return { path, text, before, state: 'new' }
      return { path, text, before, state: before.equals(Buffer.from(text)) ? 'same' : 'replaces' }
    }),
  )
  return { folder, files, notes: exported.notes }
}

/**
 * Writes what was planned, and only over what was seen then. Rejects with a Refusal or a FailureError; files before the one
 * that could not be written are written.
 */
export async function writeExport({ folder, files }: PlannedExport): Promise<void> {
  for (const { path, text, before } of files) {
    const target = join(folder, ...path.split('/'))
    await mkdir(dirname(target), { recursive: true })
    await replaceFile(target, before, text)
  }
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw new Refusal({ message: 'Cannot export there: a file of that folder cannot be read' })
}
