import { basename, dirname, resolve } from 'node:path'
import { collectDefinitions } from '../../sync-core/definition-files/collect-definitions.ts'
import type { Manifest } from '../../sync-core/domain/manifest.ts'
import { loadPipeline } from '../../sync-core/manifest/load-pipeline.ts'
import { type Json, listOf, objectOf } from '../../sync-core/manifest/print/json-value.ts'
import { readManifestFile } from '../../sync-core/manifest/read-manifest-file.ts'
import { settingsFileName } from '../../sync-core/manifest/read-settings.ts'

export interface DefinedManifests {
  readonly manifests: readonly Manifest[]
  /** The SQL files that define schemas of theirs. Absolute. */
  readonly files: readonly string[]
}

/**
 * A manifest and all that it names, as their definition files have them: whoever edits one of these in another editor
 * means the schema. Programs are not run.
 */
export async function readDefinedManifests(path: string): Promise<DefinedManifests> {
  const files = new Set<string>()
  const readFile = async (each: string) => {
    if (basename(each) === settingsFileName) return readManifestFile(each)
    const { content, text } = await collectDefinitions(each, { files: [], run: undefined })
    if (content === undefined) return undefined
    // Also one that cannot be read just now: it may be in the middle of being written.
    for (const file of filesNamed(text)) files.add(resolve(dirname(each), file))
    return text
  }
  const { pipeline } = await loadPipeline([path], {}, { readFile })
  return { manifests: pipeline.manifests, files: [...files] }
}

function filesNamed(manifest: string): readonly string[] {
  const root = objectOf(jsonOf(manifest))
  return [...listOf(root.publicSchemas), ...listOf(root.consumerSchemas)].flatMap((entry) => {
    const { definitionFile } = objectOf(entry)
    return typeof definitionFile === 'string' && definitionFile.endsWith('.sql') ? [definitionFile] : []
  })
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
