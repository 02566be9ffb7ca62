import type { ConsumerSchemaConfig } from './consumer-schema.ts'
import type { PostgresPublicSchemaConfigTransformation, PublicSchemaConfig } from './public-schema.ts'

/** What `@rejot-dev/adapter-postgres` is in files of projects that have not installed it: its helpers for definitions. */

export class PostgresPublicSchemaConfigBuilder {
  readonly #transformations: PostgresPublicSchemaConfigTransformation[] = []

  addTransformation(
    transformation: PostgresPublicSchemaConfigTransformation | PostgresPublicSchemaConfigTransformation[],
  ): this {
    this.#transformations.push(...[transformation].flat())
    return this
  }

  build(): PublicSchemaConfig {
    return { publicSchemaType: 'postgres', transformations: [...this.#transformations] }
  }
}

export function createPostgresPublicSchemaTransformations(
  operation: 'insertOrUpdate' | 'delete',
  table: string,
  sql: string,
): PostgresPublicSchemaConfigTransformation[] {
  const operations = operation === 'delete' ? (['delete'] as const) : (['insert', 'update'] as const)
  return operations.map((one) => ({ operation: one, table, sql }))
}

export function createPostgresConsumerSchemaConfig(
  destinationDataStoreSlug: string,
  sql: string,
  options: { deleteSql?: string } = {},
): ConsumerSchemaConfig {
  const { deleteSql } = options
  return { consumerSchemaType: 'postgres', destinationDataStoreSlug, sql, ...(deleteSql ? { deleteSql } : {}) }
}
