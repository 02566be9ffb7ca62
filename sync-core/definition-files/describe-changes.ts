import { type Json, type JsonObject, listOf, objectOf } from '../manifest/print/json-value.ts'
import { sameJson } from '../manifest/print/same-json.ts'
import { type Definition, nameDefinition } from './definition.ts'
import { type FiledDefinition, findEntry } from './merge-definitions.ts'

/** What a definition file says otherwise than the manifest. */
export interface DefinitionChange {
  readonly kind: Definition['kind']
  readonly name: string
  /** `public schema "publish-account" 1.0` */
  readonly title: string
  readonly definitionFile: string
  readonly state: 'added' | 'changed' | 'unchanged'
  /** What differs, in words: `column emails`, `SQL for account`, `owner`. */
  readonly differs: readonly string[]
}

/** What merging does to a manifest, a line for each definition. */
export function describeChange(before: JsonObject, after: JsonObject, filed: FiledDefinition): DefinitionChange {
  const { definition, definitionFile } = filed
  const old = findEntry(before, filed)
  const now = findEntry(after, filed)
  const differs = old === undefined || now === undefined ? [] : differencesOf(old, now)
  return {
    kind: definition.kind,
    name: definition.name,
    title: nameDefinition(definition),
    definitionFile,
    state: old === undefined ? 'added' : differs.length === 0 ? 'unchanged' : 'changed',
    differs,
  }
}

function differencesOf(old: JsonObject, now: JsonObject): readonly string[] {
  const [oldParts, nowParts] = [partsOf(old), partsOf(now)]
  const names = [...new Set([...oldParts.keys(), ...nowParts.keys()])]
  return names.filter((name) => !sameJson(oldParts.get(name), nowParts.get(name)))
}

/** An entry in the parts that people speak of. */
function partsOf({
  source,
  outputSchema,
  config,
  definitionFile,
  publicSchema,
  sourceManifestSlug,
  ...others
}: JsonObject): ReadonlyMap<string, Json | undefined> {
  const { properties, required, 'x-rejot': additions, ...schema } = objectOf(outputSchema)
  const { transformations, sql, deleteSql, destinationDataStoreSlug, ...rest } = objectOf(config)
  const columns = Object.entries(objectOf(properties)).map(([name, property]): [string, Json] => [
    `column ${name}`,
    { property: property ?? null, required: listOf(required).includes(name) },
  ])
  const statements = listOf(transformations).map((entry): [string, Json] => {
    const { operation, table, sql: own } = objectOf(entry)
    return [`SQL for ${table}${operation === 'insert' ? '' : ` (${operation})`}`, own ?? null]
  })
  return new Map<string, Json | undefined>([
    ...Object.entries(others),
    ['data store', source],
    ['public schema', publicSchema === undefined ? undefined : [publicSchema, sourceManifestSlug ?? null]],
    ...columns,
    ['output schema', schema],
    ...Object.entries(objectOf(additions)),
    ...statements,
    ['SQL', sql],
    ['SQL for delete', deleteSql],
    ['destination', destinationDataStoreSlug],
    ['config', rest],
    ['definition file', definitionFile],
  ])
}
