import { dirname, join } from 'node:path'
import { readJsonDocument } from '../../sync-core/manifest/json-document.ts'
import { replaceFile } from '../../sync-core/manifest/print/replace-file.ts'
import { readManifestFile } from '../../sync-core/manifest/read-manifest-file.ts'
import { settingsFileName } from '../../sync-core/manifest/read-settings.ts'
import { Refusal } from '../ipc/refusal.ts'

/** The text of the settings beside a manifest; `undefined`: there are none. Rejects when they cannot be read. */
export async function readSettingsText(manifestPath: string): Promise<string | undefined> {
  const content = await readManifestFile(join(dirname(manifestPath), settingsFileName))
  return content === undefined ? undefined : Buffer.from(content).toString('utf8')
}

/** Edits the settings beside a manifest in place. Rejects with a Refusal where they are no JSON, or a FailureError. */
export async function changeSettings(
  manifestPath: string,
  change: (text: string | undefined) => string | undefined,
): Promise<void> {
  const path = join(dirname(manifestPath), settingsFileName)
  const before = await readSettingsText(manifestPath)
  const [problem] = before === undefined ? [] : readJsonDocument(before, path).problems
  if (problem !== undefined) {
    throw new Refusal({
      message: `Cannot change ${path}: ${problem.message}`,
      solution: 'Correct the file and try again.',
      details: `${path}:${problem.line}:${problem.column}`,
    })
  }
  const after = change(before)
  if (after === undefined) return
  await replaceFile(path, before === undefined ? undefined : Buffer.from(before, 'utf8'), after)
}
