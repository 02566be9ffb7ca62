import { dirname, extname, join } from 'node:path'
import type { SchemaTexts } from '../../sync-core/definition-files/schema-texts.ts'
import { type JsonObject, listOf, objectOf } from '../../sync-core/manifest/print/json-value.ts'
import { readManifestFile } from '../../sync-core/manifest/read-manifest-file.ts'
import { settingsFileName } from '../../sync-core/manifest/read-settings.ts'
import { isInside, workspaceRoot } from '../../sync-core/manifest/workspace-root.ts'
import { Refusal } from '../ipc/refusal.ts'
import { readConnectionTexts } from './connection-files.ts'
import type { FileChange } from './replace-files.ts'

/** A manifest and the settings beside it, as they are now. */
export interface SchemaFiles {
  /** Absolute path of the manifest. */
  readonly path: string
  readonly manifest: string
  readonly settings: string | undefined
}

/** Rejects with a Refusal that names the place when one of them is no JSON. */
export async function readSchemaFiles(path: string): Promise<SchemaFiles> {
  return { path, ...(await readConnectionTexts(path)) }
}

/** A schema's entry in its manifest; `version` of a public schema. */
export function entryOf(manifest: string, name: string, version: string | undefined): JsonObject | undefined {
  const root = objectOf(JSON.parse(manifest))
  const list = listOf(version === undefined ? root.consumerSchemas : root.publicSchemas).map(objectOf)
  return list.find((entry) => {
    const { major, minor } = objectOf(entry.version)
    return entry.name === name && (version === undefined || `${major}.${minor}` === version)
  })
}

/** The definition file that an entry names, or a new one for a schema that has none yet. Rejects with a Refusal. */
export async function definitionOf(
  { path, manifest }: SchemaFiles,
  entry: JsonObject | undefined,
  fresh: { readonly name: string; readonly major?: number | undefined } | undefined,
): Promise<SchemaTexts['definition']> {
  const folder = dirname(path)
  if (fresh !== undefined) return { file: await freeFile(folder, manifest, fresh), text: undefined }
  const file = entry?.definitionFile
  if (typeof file !== 'string') return undefined
  const absolute = join(folder, file)
  if (extname(file) !== '.sql') {
    throw new Refusal({
      message: `Cannot change ${entry?.name} here: it is defined by a program, ${file}`,
      solution: 'Change it there; rejot collect takes it into the manifest.',
    })
  }
  if (!(await isInside(await workspaceRoot(folder), absolute))) {
    throw new Refusal({
      message: `Cannot change ${entry?.name}: its file ${file} lies outside of the workspace`,
      solution: 'Move it into the workspace.',
    })
  }
  const content = await readManifestFile(absolute)
  if (content !== undefined) return { file, text: new TextDecoder().decode(content) }
  throw new Refusal({
    message: `Cannot change ${entry?.name}: its file ${file} is not there any more`,
    solution: 'Put the file back, or take "definitionFile" out of the manifest.',
  })
}

/** What becomes of the files, those without a change left out; the manifest comes last, because it names the others. */
export function changesOf(files: SchemaFiles, before: SchemaTexts, after: SchemaTexts): readonly FileChange[] {
  const folder = dirname(files.path)
  const file = before.definition?.file ?? after.definition?.file
  const all: FileChange[] = [
    ...(file === undefined
      ? []
      : [{ path: join(folder, file), before: before.definition?.text, after: after.definition?.text }]),
    { path: join(folder, settingsFileName), before: before.settings, after: after.settings },
    { path: files.path, before: before.manifest, after: after.manifest },
  ]
  return all.filter((change) => change.before !== change.after)
}

/** `schemas/publish-account.sql`; with its major version where that is taken. */
async function freeFile(
  folder: string,
  manifest: string,
  { name, major }: { readonly name: string; readonly major?: number | undefined },
): Promise<string> {
  const root = objectOf(JSON.parse(manifest))
  const named = [...listOf(root.publicSchemas), ...listOf(root.consumerSchemas)].map(
    (entry) => objectOf(entry).definitionFile,
  )
  const stem = name.replaceAll(/[^A-Za-z0-9._-]+/g, '-')
  const names = [stem, ...(major === undefined ? [] : [`${stem}@${major}`])]
  for (let attempt = 0; ; attempt++) {
    const file = `schemas/${names[attempt] ?? `${stem}-${attempt}`}.sql`
    if (!named.includes(file) && (await readManifestFile(join(folder, file))) === undefined) return file
  }
}
