import { formatVersion, type PublicSchema, type Version } from '../domain/public-schema.ts'
import { editJson } from '../manifest/print/edit-json.ts'
import { type Json, type JsonObject, listOf, objectOf } from '../manifest/print/json-value.ts'
import { sameJson } from '../manifest/print/same-json.ts'
import { type DefinedColumn, type PublicSchemaDefinition, plainSql } from './definition.ts'
import { mergeEntry } from './merge-definitions.ts'
import { type SchemaTexts, type WrittenSchema, withoutDefinition, writeDefinition } from './schema-texts.ts'

/** A public schema as it is to be written. */
export interface PublicSchemaEdit {
  readonly schema: Omit<PublicSchema, 'manifest'>
  /** The version that is changed: a minor takes its place, a major stands beside it. `undefined`: it is a new schema. */
  readonly former: Version | undefined
  /** For a connection whose changes nobody reads yet. */
  readonly replication: { readonly slotName: string; readonly publicationName: string }
}

/** The same texts with that public schema, everything else as it is written. Pure. */
export function writePublicSchema(
  texts: SchemaTexts,
  { schema, former, replication }: PublicSchemaEdit,
): WrittenSchema {
  const root = objectOf(JSON.parse(texts.manifest))
  const entries = listOf(root.publicSchemas)
  const place = former === undefined ? -1 : placeOf(entries, schema.name, former)
  const isMajor = former !== undefined && former.major !== schema.version.major
  const file = texts.definition?.file
  const before = objectOf(entries[place])
  const entry = inOrder(mergePublic(before, schema), file)
  const publicSchemas =
    place === -1 ? [...entries, entry] : isMajor ? entries.toSpliced(place + 1, 0, entry) : entries.with(place, entry)
  const manifest = (publicSchemas: readonly Json[]) =>
    editJson(texts.manifest, {
      ...root,
      dataStores: dataStoresOf(root.dataStores, schema.dataStore, replication),
      publicSchemas,
    })
  if (texts.definition === undefined) return { ok: true, texts: { ...texts, manifest: manifest(publicSchemas) } }
  const named =
    former === undefined || isMajor
      ? undefined
      : { kind: 'public' as const, name: schema.name, version: formatVersion(former) }
  const text = writeDefinition(texts.definition, named, entry)
  if (text !== undefined) {
    return {
      ok: true,
      texts: { ...texts, manifest: manifest(publicSchemas), definition: { file: texts.definition.file, text } },
    }
  }
  if (texts.definition.text !== undefined) return { ok: false, reason: `cannot be said in ${texts.definition.file}` }
  // What no file of its own could say stands in the manifest alone.
  const alone = inOrder(mergePublic(before, schema), undefined)
  return {
    ok: true,
    texts: {
      ...texts,
      manifest: manifest(publicSchemas.map((one) => (one === entry ? alone : one))),
      definition: undefined,
    },
  }
}

/** The same texts without that version, and without the definition in its file. Pure. */
export function removePublicSchema(texts: SchemaTexts, name: string, version: Version): SchemaTexts {
  const root = objectOf(JSON.parse(texts.manifest))
  const entries = listOf(root.publicSchemas)
  const place = placeOf(entries, name, version)
  return {
    ...texts,
    manifest: editJson(texts.manifest, { ...root, publicSchemas: entries.filter((_, index) => index !== place) }),
    definition: withoutDefinition(texts.definition, { kind: 'public', name, version: formatVersion(version) }),
  }
}

function placeOf(entries: readonly Json[], name: string, { major, minor }: Version): number {
  return entries.findIndex((item) => {
    const { name: own, version } = objectOf(item)
    return own === name && objectOf(version).major === major && objectOf(version).minor === minor
  })
}

function mergePublic(before: JsonObject, schema: PublicSchemaEdit['schema']): JsonObject {
  const { name, version, dataStore, columns } = schema
  const output = objectOf(before.outputSchema)
  const definition: PublicSchemaDefinition = {
    kind: 'public schema',
    name,
    version,
    dataStore,
    additions: additionsOf(output, schema),
    output: {
      columns: columns.map((column) => definedColumn(column, objectOf(objectOf(output.properties)[column.name]))),
    },
    transformations: schema.transformations.map(({ table, sql }) => ({
      operation: undefined,
      table,
      sql: plainSql(sql),
      placeOf: () => ({ line: 1, column: 1 }),
    })),
    place: { line: 1, column: 1 },
  }
  const merged = mergeEntry(before, definition)
  return { ...merged, outputSchema: withDescriptions(objectOf(merged.outputSchema), schema) }
}

/** A column without a type keeps the JSON Schema that it has. */
function definedColumn(
  { name, postgresType, nullable, description }: PublicSchema['columns'][number],
  old: JsonObject,
): DefinedColumn {
  if (postgresType !== undefined) return { name, postgresType, nullable, description }
  return { name, schema: old, required: !nullable, description }
}

/** A description that was taken away goes; merging a file's would keep it. */
function withDescriptions(output: JsonObject, { columns, description }: PublicSchemaEdit['schema']): JsonObject {
  const properties = Object.entries(objectOf(output.properties)).map(([name, property]): [string, Json] => {
    const wanted = columns.find((column) => column.name === name)?.description
    return [name, withField(objectOf(property), 'description', wanted)]
  })
  const whole = { ...output, properties: Object.fromEntries(properties) }
  return description === undefined ? without(whole, 'description') : whole
}

/** Under `x-rejot`; what means the same already is left as it is written. */
function additionsOf(output: JsonObject, schema: PublicSchemaEdit['schema']): JsonObject {
  const own = objectOf(output['x-rejot'])
  const { key, owner, description, tags = [], access = [], deprecated, notTracked = [] } = schema
  const ofOutput = own.description === undefined && output.description === description
  const wanted: JsonObject = {
    key,
    owner,
    description: ofOutput ? undefined : description,
    tags: someOf(tags),
    access: someOf(access),
    deprecated: deprecated === '' ? true : deprecated,
    notTracked: someOf(notTracked),
  }
  return Object.fromEntries(
    Object.entries(wanted).map(([name, value]) => [name, meansSame(own[name], value) ? own[name] : value]),
  )
}

function meansSame(raw: Json | undefined, value: Json | undefined): boolean {
  const isNothing = raw === false || raw === '' || (Array.isArray(raw) && raw.length === 0)
  return sameJson(isNothing ? undefined : raw, value)
}

function someOf(items: readonly string[]): readonly string[] | undefined {
  return items.length === 0 ? undefined : items
}

/** A new entry as the format names its fields; one that is there keeps its order. */
function inOrder({ definitionFile, ...entry }: JsonObject, file: string | undefined): JsonObject {
  const { name, source, version, ...rest } = entry
  return { name, source, version, definitionFile: file ?? definitionFile, ...rest }
}

function dataStoresOf(
  present: Json | undefined,
  connection: string,
  replication: PublicSchemaEdit['replication'],
): readonly Json[] {
  const dataStores = listOf(present)
  const place = dataStores.findIndex((item) => objectOf(item).connectionSlug === connection)
  const former = objectOf(dataStores[place])
  const config = { connectionType: 'postgres', ...replication, ...objectOf(former.config) }
  const written: JsonObject = { ...former, connectionSlug: connection, config }
  return place === -1 ? [...dataStores, written] : dataStores.with(place, written)
}

function withField(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  return value === undefined ? without(object, name) : { ...object, [name]: value }
}

function without(object: JsonObject, name: string): JsonObject {
  const { [name]: _, ...rest } = object
  return rest
}
