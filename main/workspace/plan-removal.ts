import type { SchemaTexts } from '../../sync-core/definition-files/schema-texts.ts'
import { removeConsumerSchema } from '../../sync-core/definition-files/write-consumer-schema.ts'
import { removePublicSchema } from '../../sync-core/definition-files/write-public-schema.ts'
import { consumerId } from '../../sync-core/domain/consumer-schema.ts'
import type { Pipeline } from '../../sync-core/domain/manifest.ts'
import { formatVersion, type PublicSchema, publicSchemaId } from '../../sync-core/domain/public-schema.ts'
import { changesOf, definitionOf, entryOf, readSchemaFiles } from './schema-files.ts'
import {
  allConsumers,
  allPublic,
  highest,
  listed,
  manifestOf,
  nothing,
  notThere,
  readersOf,
  type SchemaPlan,
} from './schema-plan.ts'

/** Rejects with a Refusal where there is no such schema. */
export async function planRemoval(pipeline: Pipeline, id: string): Promise<SchemaPlan> {
  const schema = highest(allPublic(pipeline).filter((one) => publicSchemaId(one) === id))
  if (schema !== undefined) return removalOfPublic(pipeline, schema)
  const consumer = allConsumers(pipeline).find((one) => consumerId(one) === id)
  if (consumer === undefined) throw notThere(id)
  const manifest = manifestOf(pipeline, consumer.manifest)
  const files = await readSchemaFiles(manifest.path)
  const definition = await definitionOf(files, entryOf(files.manifest, consumer.name, undefined), undefined)
  const before = { ...files, definition }
  return {
    ...nothing,
    id,
    manifest,
    changes: changesOf(files, before, removeConsumerSchema(before, consumer.name)),
    objects: [id],
    destination: consumer.destination,
  }
}

async function removalOfPublic(pipeline: Pipeline, schema: PublicSchema): Promise<SchemaPlan> {
  const id = publicSchemaId(schema)
  const manifest = manifestOf(pipeline, schema.manifest)
  const files = await readSchemaFiles(manifest.path)
  const entry = entryOf(files.manifest, schema.name, formatVersion(schema.version))
  const before = { ...files, definition: await definitionOf(files, entry, undefined) }
  // Minors before it would be published again.
  const own = manifest.publicSchemas.filter((one) => publicSchemaId(one) === id)
  const after = own.reduce<SchemaTexts>((texts, one) => removePublicSchema(texts, one.name, one.version), before)
  const readers = readersOf(pipeline, id)
  return {
    ...nothing,
    id,
    manifest,
    changes: changesOf(files, before, after),
    problems:
      readers.length === 0
        ? []
        : [
            {
              message: `Cannot retire ${schema.name} ${schema.version.major}: ${listed(readers)} ${readers.length === 1 ? 'reads' : 'read'} it`,
              solution: 'Move them to another major version, or remove them, first.',
            },
          ],
    effects:
      schema.deprecated === undefined && readers.length === 0
        ? [
            {
              severity: 'warning',
              sentence: `${schema.name} ${schema.version.major} was never deprecated: other teams were not told.`,
            },
          ]
        : [],
    objects: [id, `${schema.manifest}/${schema.dataStore}`],
    source: `${schema.manifest}/${schema.dataStore}`,
  }
}
