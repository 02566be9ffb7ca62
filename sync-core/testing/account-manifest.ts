import type { PostgresConnection } from '../domain/connection.ts'

export const accountTables = `
create table account (id int primary key, first_name text not null, last_name text not null, active boolean not null default true);
create table account_emails (id int primary key, account_id int not null, email text not null);
create index on account_emails (account_id)`

/** What the public schema is over all rows: the truth that every destination is compared with. */
export const accountTruth = `
select a.id, a.first_name || ' ' || a.last_name as full_name, array_to_string(array_agg(e.email order by e.id) filter (where e.id is not null), ',') as emails
  from account a left join account_emails e on e.account_id = a.id where a.active group by a.id`

export const accountDestinationTable = `
create table account_destination (id int primary key, full_name text not null, emails text, hits int not null default 1)`

export const accountArrived = 'select id, full_name, emails from account_destination'

export interface ConsumerOverrides {
  readonly name?: string
  readonly sql?: string
  readonly deleteSql?: string
}

/** Accounts with their e-mails, published from one database and consumed in another. */
export function accountManifest(
  source: PostgresConnection,
  destination: PostgresConnection,
  consumers: readonly ConsumerOverrides[] = [{}],
  slotName = `slot_${source.database}`,
): unknown {
  const select = (condition: string): string =>
    `select a.id, array_agg(e.email order by e.id) filter (where e.id is not null) as emails, a.first_name as "firstName", a.last_name as "lastName"
       from account a left join account_emails e on e.account_id = a.id where a.id = ${condition} and a.active group by a.id`
  const transformations = [
    { table: 'account', sql: select(':id') },
    { table: 'account_emails', sql: select(':account_id') },
  ].flatMap((one) => ['insert', 'update'].map((operation) => ({ operation, ...one })))
  return {
    slug: '@test/accounts',
    manifestVersion: 1,
    connections: [connection('accounts-db', source), connection('billing-db', destination)],
    dataStores: [
      { connectionSlug: 'accounts-db', config: { connectionType: 'postgres', slotName, publicationName: slotName } },
      { connectionSlug: 'billing-db' },
    ],
    publicSchemas: [
      {
        name: 'publish-account',
        version: { major: 1, minor: 0 },
        source: { dataStoreSlug: 'accounts-db' },
        outputSchema: {
          type: 'object',
          properties: {
            id: { type: 'integer', 'x-postgres-type': 'integer' },
            emails: { type: 'array', 'x-postgres-type': 'text[]' },
            firstName: { type: 'string', 'x-postgres-type': 'text' },
            lastName: { type: 'string', 'x-postgres-type': 'text' },
          },
          required: ['id', 'firstName', 'lastName'],
          'x-rejot': { key: ['id'] },
        },
        config: { publicSchemaType: 'postgres', transformations },
      },
    ],
    consumerSchemas: consumers.map(({ name, sql, deleteSql }) => ({
      name: name ?? 'consume-account',
      sourceManifestSlug: '@test/accounts',
      publicSchema: { name: 'publish-account', majorVersion: 1 },
      config: {
        consumerSchemaType: 'postgres',
        destinationDataStoreSlug: 'billing-db',
        sql:
          sql ??
          `insert into account_destination (id, full_name, emails) values (:id, :firstName || ' ' || :lastName, coalesce(array_to_string(:emails, ','), null))
           on conflict (id) do update set full_name = excluded.full_name, emails = excluded.emails, hits = account_destination.hits + 1`,
        deleteSql: deleteSql ?? 'delete from account_destination where id = :id',
      },
    })),
  }
}

function connection(slug: string, { host, port, user, password, database }: PostgresConnection): unknown {
  return { slug, config: { connectionType: 'postgres', host, port, user, password: password ?? '', database } }
}
