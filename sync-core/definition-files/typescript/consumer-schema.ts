import { InvalidDefinitionError } from './invalid-definition.ts'

/** What `@rejot-dev/contract/consumer-schema` is in files of projects that have not installed it. */

export interface ConsumerSchemaConfig {
  consumerSchemaType: 'postgres'
  destinationDataStoreSlug: string
  sql: string
  deleteSql?: string
}

export interface CreateConsumerSchemaOptions {
  source: { manifestSlug: string; publicSchema: { name: string; majorVersion: number } }
  config: ConsumerSchemaConfig
  definitionFile?: string
}

export function createConsumerSchema(name: string, options: CreateConsumerSchemaOptions): object {
  const { source, config } = options
  const missing = [
    [source.manifestSlug, 'a manifest to read from'],
    [source.publicSchema.name, 'a public schema to read'],
    [config.destinationDataStoreSlug, 'a destination'],
    [config.sql, 'SQL'],
  ].find(([value]) => !value)
  if (missing !== undefined) throw new InvalidDefinitionError(`Consumer schema "${name}" lacks ${missing[1]}`)
  return { name, sourceManifestSlug: source.manifestSlug, publicSchema: source.publicSchema, config }
}
