import { mkdir } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { FailureError } from '../domain/failure.ts'
import { editJson } from '../manifest/print/edit-json.ts'
import { type Json, type JsonObject, listOf, objectOf } from '../manifest/print/json-value.ts'
import { replaceFile } from '../manifest/print/replace-file.ts'
import type { CollectedManifest } from './collect-definitions.ts'

import { printSqlDefinition } from './print-sql-definition.ts'

export interface ExtractedFile {
  /** Absolute. */
  readonly file: string
  readonly title: string
  /** Why it was not written. */
  readonly reason: string | undefined
}

/**
 * Writes a SQL file for each schema of a manifest that has no definition file, and gives the manifest that names them.
 * A file that is there already is left as it is, and its schema too.
 */
export async function extractDefinitions(
  manifest: CollectedManifest,
  folder: string,
): Promise<{ readonly manifest: CollectedManifest; readonly files: readonly ExtractedFile[] }> {
  const root: JsonObject = JSON.parse(manifest.text)
  const files: ExtractedFile[] = []
  const named: Record<string, Json> = {}
  for (const list of ['publicSchemas', 'consumerSchemas']) {
    if (root[list] === undefined) continue
    const entries: Json[] = []
    for (const entry of listOf(root[list]).map(objectOf)) {
      const file = 'definitionFile' in entry ? undefined : await extractOne(entry, manifest.path, folder)
      if (file !== undefined) files.push(file)
      const written = file !== undefined && file.reason === undefined
      entries.push(written ? withFile(entry, pathFrom(manifest.path, file.file)) : plain(entry))
    }
    named[list] = entries
  }
  return { manifest: { ...manifest, text: editJson(manifest.text, { ...root, ...named }) }, files }
}

async function extractOne(entry: JsonObject, manifestPath: string, folder: string): Promise<ExtractedFile> {
  const version = objectOf(entry.version)
  const isPublic = 'version' in entry
  const name = String(entry.name)
  const title = isPublic ? `public schema "${name}" ${version.major}.${version.minor}` : `consumer schema "${name}"`
  const stem = name.replaceAll(/[^A-Za-z0-9._-]+/g, '-')
  const file = join(folder, isPublic ? `${stem}@${version.major}.sql` : `${stem}.sql`)
  const text = printSqlDefinition(withFile(entry, pathFrom(manifestPath, file)))
  if (text === undefined) return { file, title, reason: `a SQL file could not say all of ${title}` }
  try {
    await mkdir(folder, { recursive: true })
    await replaceFile(file, undefined, text)
    return { file, title, reason: undefined }
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    return { file, title, reason: 'there is a file already, or none can be made' }
  }
}

function withFile(entry: JsonObject, definitionFile: string): JsonObject {
  const { name, source, version, ...rest } = plain(entry)
  return {
    name,
    ...(source === undefined ? {} : { source }),
    ...(version === undefined ? {} : { version }),
    definitionFile,
    ...rest,
  }
}

function pathFrom(manifestPath: string, file: string): string {
  return relative(dirname(manifestPath), file).split(sep).join('/')
}

function plain(entry: JsonObject): { readonly [name: string]: Json } {
  return JSON.parse(JSON.stringify(entry))
}
