import type { PostgresConnection } from '../domain/connection.ts'

export interface SchemaChoices {
  readonly name: string
  readonly key: readonly string[]
  /** SQL by the table that it listens to, as written in a manifest. */
  readonly tables: Readonly<Record<string, string>>
  /** Types by column, as the contract promises them; a column without type may be anything. */
  readonly columns?: Readonly<Record<string, string | undefined>>
  /** What a consumer of the same name does; `undefined`: nobody consumes it. */
  readonly sql?: string
  readonly deleteSql?: string
}

/** Any public schemas of one database, each with a consumer in another. */
export function pipelineManifest(
  source: PostgresConnection,
  destination: PostgresConnection,
  schemas: readonly SchemaChoices[],
): unknown {
  const slotName = `slot_${source.database}`
  return {
    slug: '@test/pipeline',
    manifestVersion: 1,
    connections: [connection('source-db', source), connection('destination-db', destination)],
    dataStores: [
      { connectionSlug: 'source-db', config: { connectionType: 'postgres', slotName, publicationName: slotName } },
      { connectionSlug: 'destination-db' },
    ],
    publicSchemas: schemas.map(({ name, key, tables, columns = {} }) => ({
      name,
      version: { major: 1, minor: 0 },
      source: { dataStoreSlug: 'source-db' },
      outputSchema: {
        type: 'object',
        properties: Object.fromEntries(Object.entries(columns).map(([column, type]) => [column, property(type)])),
        'x-rejot': { key },
      },
      config: {
        publicSchemaType: 'postgres',
        transformations: Object.entries(tables).flatMap(([table, sql]) =>
          ['insert', 'update'].map((operation) => ({ operation, table, sql })),
        ),
      },
    })),
    consumerSchemas: schemas.flatMap(({ name, sql, deleteSql }) => {
      if (sql === undefined) return []
      const config = { consumerSchemaType: 'postgres', destinationDataStoreSlug: 'destination-db', sql, deleteSql }
      return [{ name, sourceManifestSlug: '@test/pipeline', publicSchema: { name, majorVersion: 1 }, config }]
    }),
  }
}

function property(type: string | undefined): unknown {
  return type === undefined ? {} : { 'x-postgres-type': type }
}

function connection(slug: string, { host, port, user, password, database }: PostgresConnection): unknown {
  return { slug, config: { connectionType: 'postgres', host, port, user, password: password ?? '', database } }
}
