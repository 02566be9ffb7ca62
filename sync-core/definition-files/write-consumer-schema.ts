import type { ConsumerSchema } from '../domain/consumer-schema.ts'
import { isPosition } from '../domain/consumer-start.ts'
import { editJson } from '../manifest/print/edit-json.ts'
import { type Json, type JsonObject, listOf, objectOf } from '../manifest/print/json-value.ts'
import { plainSql } from './definition.ts'
import {
  type SchemaTexts,
  type WrittenSchema,
  withoutDefinition,
  writeConsumerSettings,
  writeDefinition,
} from './schema-texts.ts'

/** A consumer schema as it is to be written. */
export type ConsumerSchemaEdit = Omit<ConsumerSchema, 'manifest'>

/** The same texts with that consumer schema, everything else as it is written. Pure. */
export function writeConsumerSchema(texts: SchemaTexts, schema: ConsumerSchemaEdit): WrittenSchema {
  const root = objectOf(JSON.parse(texts.manifest))
  const entries = listOf(root.consumerSchemas)
  const place = placeOf(entries, schema.name)
  const entry = entryOf(objectOf(entries[place]), schema, texts.definition?.file)
  const manifest = (written: JsonObject) =>
    editJson(texts.manifest, {
      ...root,
      consumerSchemas: place === -1 ? [...entries, written] : entries.with(place, written),
    })
  const settings = writeConsumerSettings(texts.settings, schema.name, settingsOf(texts.settings, schema))
  const { definition } = texts
  if (definition === undefined) return { ok: true, texts: { manifest: manifest(entry), settings, definition } }
  const former = place === -1 ? undefined : { kind: 'consumer' as const, name: schema.name }
  const text = writeDefinition(definition, former, entry)
  if (text !== undefined)
    return { ok: true, texts: { manifest: manifest(entry), settings, definition: { ...definition, text } } }
  if (definition.text !== undefined) return { ok: false, reason: `cannot be said in ${definition.file}` }
  const alone = entryOf(objectOf(entries[place]), schema, undefined)
  return { ok: true, texts: { manifest: manifest(alone), settings, definition: undefined } }
}

/** The same texts without that consumer schema, its settings and the definition in its file. Pure. */
export function removeConsumerSchema(texts: SchemaTexts, name: string): SchemaTexts {
  const root = objectOf(JSON.parse(texts.manifest))
  const entries = listOf(root.consumerSchemas)
  const place = placeOf(entries, name)
  return {
    manifest: editJson(texts.manifest, { ...root, consumerSchemas: entries.filter((_, index) => index !== place) }),
    settings: writeConsumerSettings(texts.settings, name, undefined),
    definition: withoutDefinition(texts.definition, { kind: 'consumer', name }),
  }
}

function placeOf(entries: readonly Json[], name: string): number {
  return entries.findIndex((item) => objectOf(item).name === name)
}

function entryOf(before: JsonObject, schema: ConsumerSchemaEdit, file: string | undefined): JsonObject {
  const { name: _, sourceManifestSlug: __, publicSchema, definitionFile, config, ...rest } = before
  const { name, majorVersion } = schema.publicSchema
  const own = objectOf(config)
  return {
    name: schema.name,
    sourceManifestSlug: schema.sourceManifest,
    publicSchema: { ...objectOf(publicSchema), name, majorVersion },
    definitionFile: file ?? definitionFile,
    ...rest,
    config: {
      ...own,
      consumerSchemaType: own.consumerSchemaType ?? 'postgres',
      destinationDataStoreSlug: schema.destination,
      sql: sameOr(own.sql, schema.sql),
      deleteSql: schema.deleteSql === undefined ? undefined : sameOr(own.deleteSql, schema.deleteSql),
    },
  }
}

/** SQL that says the same stays as it is written. */
function sameOr(before: Json | undefined, sql: string): string {
  const wanted = plainSql(sql)
  return typeof before === 'string' && plainSql(before) === wanted ? before : wanted
}

/** What is so anyway is written only where it was before. */
function settingsOf(text: string | undefined, { name, onRefusal, start }: ConsumerSchemaEdit): JsonObject {
  const root = objectOf(text === undefined ? {} : JSON.parse(text))
  const before = objectOf(objectOf(root.consumers)[name])
  return {
    onRefusal: onRefusal === 'park' && before.onRefusal === undefined ? undefined : onRefusal,
    start: start === 'everything' && before.start === undefined ? undefined : isPosition(start) ? { ...start } : start,
  }
}
