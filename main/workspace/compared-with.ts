import type { Manifest } from '../../sync-core/domain/manifest.ts'
import { publicSchemaId } from '../../sync-core/domain/public-schema.ts'
import type { DefineQuestion } from '../contract/define-questions.ts'

type Known = Omit<DefineQuestion<'publicSchema.compare'>, 'draft'>

/**
 * What a draft of a saved public schema is compared with: the highest minor of its major, every version there is, and
 * all consumers of the workspace. `undefined` where the manifests have no such schema. Pure.
 */
export function comparedWith(manifests: readonly Manifest[], id: string): Known | undefined {
  const all = manifests.flatMap(({ publicSchemas }) => publicSchemas)
  const saved = all
    .filter((schema) => publicSchemaId(schema) === id)
    .toSorted((a, b) => b.version.minor - a.version.minor)[0]
  if (saved === undefined) return undefined
  const { manifest, name, version, dataStore, columns, key, transformations, description, owner } = saved
  return {
    saved: {
      manifest,
      name,
      version,
      dataStore,
      columns: [...columns],
      key: key && [...key],
      transformations: transformations.map(({ table, sql }) => ({ table, sql })),
      description,
      owner,
    },
    versions: all.filter((other) => other.manifest === manifest && other.name === name).map((other) => other.version),
    consumers: manifests
      .flatMap(({ consumerSchemas }) => consumerSchemas)
      .map(({ manifest: own, name: called, sourceManifest, publicSchema, destination, sql, deleteSql }) => ({
        manifest: own,
        name: called,
        sourceManifest,
        publicSchema,
        destination,
        sql,
        deleteSql,
      })),
  }
}
