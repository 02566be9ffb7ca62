import { readFile } from 'node:fs/promises'
import { dirname, extname, join, resolve } from 'node:path'
import { renameDataStore } from '../../sync-core/definition-files/rename-data-store.ts'
import type { ConnectionTexts } from '../../sync-core/manifest/edit-connection.ts'
import { readJsonDocument } from '../../sync-core/manifest/json-document.ts'
import { listOf, objectOf } from '../../sync-core/manifest/print/json-value.ts'
import { readManifestFile } from '../../sync-core/manifest/read-manifest-file.ts'
import { settingsFileName } from '../../sync-core/manifest/read-settings.ts'
import { isInside, workspaceRoot } from '../../sync-core/manifest/workspace-root.ts'
import { Refusal } from '../ipc/refusal.ts'
import type { FileChange } from './replace-files.ts'

/** Rejects with a Refusal that names the place when one of them is no JSON. */
export async function readConnectionTexts(manifestPath: string): Promise<ConnectionTexts> {
  const manifest = await readText(manifestPath)
  if (manifest === undefined) throw new Refusal({ message: `Cannot change ${manifestPath}: it is not there any more` })
  return { manifest, settings: await readText(settingsPath(manifestPath)) }
}

/** Texts before and after as changes of a manifest and of the settings beside it. */
export function textChanges(manifestPath: string, before: ConnectionTexts, after: ConnectionTexts): FileChange[] {
  return [
    { path: manifestPath, before: before.manifest, after: after.manifest },
    { path: settingsPath(manifestPath), before: before.settings, after: after.settings },
  ]
}

export interface RenamedDefinitions {
  readonly changes: readonly FileChange[]
  /** Definition files that are programs, as the manifest names them: nobody else can change these. */
  readonly programs: readonly string[]
}

/** What becomes of the definition files of schemas that name a connection, once it is called otherwise. Reads only. */
export async function renameInDefinitions(
  manifestPath: string,
  manifest: string,
  former: string,
  slug: string,
): Promise<RenamedDefinitions> {
  const named = definitionFilesOf(manifest, former)
  const root = await workspaceRoot(dirname(manifestPath))
  const changes: FileChange[] = []
  for (const file of named.filter((name) => extname(name) === '.sql')) {
    const path = resolve(dirname(manifestPath), file)
    if (!(await isInside(root, path))) continue
    const before = await readFile(path, 'utf8').catch(() => undefined)
    if (before !== undefined) changes.push({ path, before, after: renameDataStore(before, former, slug) })
  }
  return { changes, programs: named.filter((name) => extname(name) !== '.sql') }
}

function definitionFilesOf(manifest: string, connection: string): readonly string[] {
  const root = objectOf(JSON.parse(manifest))
  const publicSchemas = listOf(root.publicSchemas).map(objectOf)
  const consumers = listOf(root.consumerSchemas).map(objectOf)
  const users = [
    ...publicSchemas.filter(({ source }) => objectOf(source).dataStoreSlug === connection),
    ...consumers.filter(({ config }) => objectOf(config).destinationDataStoreSlug === connection),
  ]
  return [
    ...new Set(users.flatMap(({ definitionFile }) => (typeof definitionFile === 'string' ? [definitionFile] : []))),
  ]
}

const settingsPath = (manifestPath: string): string => join(dirname(manifestPath), settingsFileName)

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
