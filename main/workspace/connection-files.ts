import { dirname, join } from 'node:path'
import type { ConnectionTexts } from '../../sync-core/manifest/edit-connection.ts'
import { readJsonDocument } from '../../sync-core/manifest/json-document.ts'
import { replaceFile } from '../../sync-core/manifest/print/replace-file.ts'
import { readManifestFile } from '../../sync-core/manifest/read-manifest-file.ts'
import { settingsFileName } from '../../sync-core/manifest/read-settings.ts'
import { Refusal } from '../ipc/refusal.ts'

/** A manifest and the settings beside it, as they were read. */
export interface ConnectionFiles extends ConnectionTexts {
  readonly path: string
}

/** Rejects with a Refusal that names the place when one of them is no JSON. */
export async function readConnectionFiles(path: string): Promise<ConnectionFiles> {
  const manifest = await readText(path)
  if (manifest === undefined) throw new Refusal({ message: `Cannot change ${path}: it is not there any more` })
  return { path, manifest, settings: await readText(settingsPath(path)) }
}

/**
 * Puts both texts in the place of what was read; a file without a change is not touched. Rejects when one of them was
 * changed meanwhile or cannot be written, and then neither is changed. What a file said in between is nothing that
 * leads a password elsewhere: those are bound to both.
 */
export async function replaceConnectionFiles(before: ConnectionFiles, after: ConnectionTexts): Promise<void> {
  const { path } = before
  const replaced = await replaceText(path, before.manifest, after.manifest)
  try {
    if (after.settings !== undefined) await replaceText(settingsPath(path), before.settings, after.settings)
  } catch (error) {
    if (replaced) await replaceText(path, after.manifest, before.manifest)
    throw error
  }
}

const settingsPath = (path: string): string => join(dirname(path), settingsFileName)

async function readText(path: string): Promise<string | undefined> {
  const content = await readManifestFile(path)
  if (content === undefined) return undefined
  const { text, problems } = readJsonDocument(content, path)
  const [problem] = problems
  if (problem === undefined) return text
  throw new Refusal({
    message: `Cannot change ${path}: ${problem.message}`,
    solution: 'Correct the file and try again; the draft is kept.',
    details: `${path}:${problem.line}:${problem.column}`,
  })
}

function replaceText(path: string, before: string | undefined, after: string): Promise<boolean> {
  return replaceFile(path, before === undefined ? undefined : Buffer.from(before, 'utf8'), after)
}
