/** A manifest with nothing wrong in it, as plain data, for tests to change. */
export function goodManifest() {
  const sql =
    'select a.id, array_agg(e.email) as emails, a.first_name as "firstName"\nfrom account a left join account_emails e on e.account_id = a.id\nwhere a.id = :id group by a.id'
  return {
    slug: '@harbor/accounts',
    manifestVersion: 1,
    connections: [
      {
        slug: 'accounts-db',
        config: {
          connectionType: 'postgres',
          host: 'localhost',
          port: 5432,
          user: 'ada',
          password: variable('REJOT_ACCOUNTS_DB_PASSWORD'),
          database: 'accounts',
        },
      },
      {
        slug: 'billing-db',
        config: {
          connectionType: 'postgres',
          host: 'billing.internal',
          port: 5433,
          user: 'bob',
          password: 'plain',
          database: 'billing',
        },
      },
    ],
    dataStores: [
      {
        connectionSlug: 'accounts-db',
        config: { connectionType: 'postgres', slotName: 'rejot_slot', publicationName: 'rejot_publication' },
      },
      { connectionSlug: 'billing-db' },
    ],
    publicSchemas: [
      {
        name: 'publish-account',
        source: { dataStoreSlug: 'accounts-db' },
        version: { major: 1, minor: 0 },
        outputSchema: {
          type: 'object',
          properties: {
            id: { type: 'integer', 'x-postgres-type': 'int8', description: 'Never used again' },
            emails: { type: 'array', items: { type: 'string' }, 'x-postgres-type': 'text[]' },
            firstName: { type: ['string', 'null'], 'x-postgres-type': 'text' },
          },
          required: ['id', 'firstName'],
          additionalProperties: false,
          'x-rejot': { key: ['id'], owner: 'Team Harbor', description: 'Who has an account' },
        },
        config: {
          publicSchemaType: 'postgres',
          transformations: [
            { operation: 'insert', table: 'account', sql },
            { operation: 'update', table: 'account', sql: `${sql};` },
            { operation: 'insert', table: 'account_emails', sql: sql.replace(':id', ':account_id') },
            { operation: 'update', table: 'account_emails', sql: sql.replace(':id', ':account_id') },
          ],
        },
      },
    ],
    consumerSchemas: [
      {
        name: 'consume-account',
        sourceManifestSlug: '@harbor/accounts',
        publicSchema: { name: 'publish-account', majorVersion: 1 },
        config: {
          consumerSchemaType: 'postgres',
          destinationDataStoreSlug: 'billing-db',
          sql: 'insert into account_destination (id, name) values (:id, :"firstName") on conflict (id) do update set name = :"firstName"',
          deleteSql: 'delete from account_destination where id = :id',
        },
      },
    ],
    workspaces: ['../crm/rejot-manifest.json'],
  }
}

/** How a manifest names a variable. */
export function variable(name: string): string {
  return `$\{env:${name}}`
}

/** Goes along field names and places in lists to an object, and gives its fields for changing. Throws when there is none. */
export function at(root: object, ...path: readonly (string | number)[]): Record<string, unknown> {
  let node: unknown = root
  for (const step of path) node = Object(node)[step]
  if (typeof node !== 'object' || node === null) throw new Error(`Cannot change ${path.join('.')}: no such object`)
  return Object(node)
}
