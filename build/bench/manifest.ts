import type { TestDatabase } from '../../sync-core/testing/test-database.ts'

const columns = ['id', 'name', 'amount', 'note', 'changed_at']
const types: Readonly<Record<string, string>> = {
  id: 'integer',
  name: 'text',
  amount: 'numeric',
  note: 'text',
  changed_at: 'timestamp with time zone',
}

/** One table, published and consumed as it is. */
export function benchManifest(table: string, source: TestDatabase, destination: TestDatabase): unknown {
  const sql = `select ${columns.map((column) => `t.${column}`).join(', ')} from ${table} t where t.id = :id`
  const update = columns.slice(1).map((column) => `${column} = excluded.${column}`)
  return {
    slug: 'bench',
    manifestVersion: 1,
    connections: [connection('source', source), connection('destination', destination)],
    dataStores: [
      {
        connectionSlug: 'source',
        config: { connectionType: 'postgres', slotName: `bench_${table}`, publicationName: `bench_${table}` },
      },
      { connectionSlug: 'destination' },
    ],
    publicSchemas: [
      {
        name: 'publish-item',
        version: { major: 1, minor: 0 },
        source: { dataStoreSlug: 'source' },
        outputSchema: {
          type: 'object',
          properties: Object.fromEntries(columns.map((column) => [column, { 'x-postgres-type': types[column] }])),
          'x-rejot': { key: ['id'] },
        },
        config: {
          publicSchemaType: 'postgres',
          transformations: ['insert', 'update'].map((operation) => ({ operation, table, sql })),
        },
      },
    ],
    consumerSchemas: [
      {
        name: 'consume-item',
        sourceManifestSlug: 'bench',
        publicSchema: { name: 'publish-item', majorVersion: 1 },
        config: {
          consumerSchemaType: 'postgres',
          destinationDataStoreSlug: 'destination',
          sql: `insert into ${table} (${columns.join(', ')}) values (${columns.map((column) => `:${column}`).join(', ')}) on conflict (id) do update set ${update.join(', ')}`,
          deleteSql: `delete from ${table} where id = :id`,
        },
      },
    ],
  }
}

function connection(slug: string, database: TestDatabase): unknown {
  const { host, port, user } = database.connection
  return {
    slug,
    config: {
      connectionType: 'postgres',
      host,
      port,
      user,
      password: `\${env:REJOT_${slug.toUpperCase()}_PASSWORD}`,
      database: database.name,
    },
  }
}
