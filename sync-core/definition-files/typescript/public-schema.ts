import { InvalidDefinitionError } from './invalid-definition.ts'
import { toJsonSchema } from './to-json-schema.ts'

/** What `@rejot-dev/contract/public-schema` is in files of projects that have not installed it. */

export interface PostgresPublicSchemaConfigTransformation {
  operation: 'insert' | 'update' | 'delete'
  table: string
  sql: string
}

export interface PublicSchemaConfig {
  publicSchemaType: 'postgres'
  transformations: PostgresPublicSchemaConfigTransformation[]
}

export interface CreatePublicSchemaOptions {
  source: { dataStoreSlug: string }
  /** An object of zod 3 or zod 4, or JSON Schema. */
  outputSchema: object
  version: { major: number; minor: number }
  config: PublicSchemaConfig
}

export function createPublicSchema(publicSchemaName: string, options: CreatePublicSchemaOptions): object {
  const { source, outputSchema, version, config } = options
  if (config.transformations.length === 0) {
    throw new InvalidDefinitionError(`Public schema "${publicSchemaName}" has no transformation`)
  }
  return { name: publicSchemaName, source, outputSchema: toJsonSchema(outputSchema), version, config }
}
