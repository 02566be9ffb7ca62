import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where a database is, and who one is there. */
interface Place {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string | undefined
  readonly database: string
}

/**
 * A repository of four teams as the catalogue shows it: 22 public schemas in 24 versions. Its databases are nowhere,
 * but for `crm-db`, when one is given. Returns the path of the manifest that names the others.
 */
export function writeHarbor(root: string, crm?: Place): string {
  mkdirSync(join(root, '.git'), { recursive: true })
  const slugs = ['accounts', 'commerce', 'crm', 'analytics'] as const
  const others = slugs.slice(1).map((slug) => `../${slug}/rejot-manifest.json`)
  for (const slug of slugs) {
    mkdirSync(join(root, slug), { recursive: true })
    const manifest = { ...manifests[slug], workspaces: slug === 'accounts' ? others : [] }
    if (slug === 'crm' && crm !== undefined) Object.assign(manifest, { connections: [given('crm-db', crm)] })
    writeFileSync(join(root, slug, 'rejot-manifest.json'), JSON.stringify(manifest, undefined, 2))
  }
  return join(root, 'accounts', 'rejot-manifest.json')
}

const given = (slug: string, { host, port, user, password, database }: Place) => ({
  slug,
  config: { connectionType: 'postgres', host, port, user, password, database },
})
const connection = (slug: string) => ({
  slug,
  config: { connectionType: 'postgres', host: '127.0.0.1', port: 1, user: 'nobody', password: '', database: slug },
})
const source = (slug: string) => ({
  connectionSlug: slug,
  config: {
    connectionType: 'postgres',
    slotName: slug.replaceAll('-', '_'),
    publicationName: slug.replaceAll('-', '_'),
  },
})

interface Column {
  readonly type: string
  readonly null?: boolean
  readonly words?: string
}

interface Published {
  readonly name: string
  readonly version: readonly [major: number, minor: number]
  readonly store: string
  readonly owner?: string
  readonly tags?: readonly string[]
  readonly description?: string
  readonly deprecated?: string
  readonly access?: readonly string[]
  readonly notTracked?: readonly string[]
  readonly columns: Readonly<Record<string, Column>>
  readonly table: string
  readonly sql: string
}

function publish(one: Published) {
  const { name, version, store, columns, table, sql, ...more } = one
  const [major, minor] = version
  return {
    name,
    version: { major, minor },
    source: { dataStoreSlug: store },
    outputSchema: {
      type: 'object',
      properties: Object.fromEntries(
        Object.entries(columns).map(([column, { type, words }]) => [
          column,
          { type: 'string', 'x-postgres-type': type, ...(words === undefined ? {} : { description: words }) },
        ]),
      ),
      required: Object.entries(columns).flatMap(([column, { null: nullable }]) => (nullable ? [] : [column])),
      'x-rejot': { key: ['id'], ...more },
    },
    config: { publicSchemaType: 'postgres', transformations: [{ operation: 'insert', table, sql }] },
  }
}

const accountSql = `select
  a.id,
  a.first_name || ' ' || a.last_name as full_name,
  a.locale,
  (select array_agg(e.email order by e.place) from account_emails e where e.account_id = a.id) as emails,
  (select count(*) from account_sessions s where s.account_id = a.id) as sessions
from account a
where a.id = :id and a.deleted_at is null`

const accountColumns = {
  id: { type: 'bigint', words: 'Never changes, never used again.' },
  full_name: { type: 'text' },
  locale: { type: 'text', words: 'BCP 47, as the person chose it.' },
  emails: { type: 'text[]', null: true, words: 'Verified addresses, the primary one first.' },
} as const

const account = {
  name: 'publish-account',
  store: 'accounts-db',
  owner: 'Identity team',
  tags: ['customer', 'pii'],
  description: 'An account with every address it can be reached at.',
  access: ['@harbor/*'],
  notTracked: ['account_sessions'],
  table: 'account',
  sql: accountSql,
} as const

const plain = (store: string, owner: string | undefined, tags: readonly string[], names: readonly string[]) =>
  names.map((name, place) =>
    publish({
      name,
      version: [1 + (place % 2), place % 4],
      store,
      ...(owner === undefined ? {} : { owner }),
      tags,
      description: `Each of our ${name.replaceAll('-', ' ')}, as other teams may know it.`,
      columns: { id: { type: 'bigint' }, code: { type: 'text' }, changed_at: { type: 'timestamptz', null: true } },
      table: name.replaceAll('-', '_'),
      sql: `select t.id, t.code, t.changed_at from ${name.replaceAll('-', '_')} t where t.id = :id`,
    }),
  )

const consume = (name: string, from: string, reads: readonly [name: string, major: number], into: string) => ({
  name,
  sourceManifestSlug: from,
  publicSchema: { name: reads[0], majorVersion: reads[1] },
  config: {
    consumerSchemaType: 'postgres',
    destinationDataStoreSlug: into,
    sql: `insert into ${name.replaceAll('-', '_')} (id) values (:id) on conflict (id) do nothing`,
  },
})

const manifests = {
  accounts: {
    slug: '@harbor/accounts',
    manifestVersion: 1,
    connections: [connection('accounts-db')],
    dataStores: [source('accounts-db')],
    publicSchemas: [
      publish({
        ...account,
        version: [1, 0],
        deprecated: 'Use 2: sessions are counted there.',
        columns: accountColumns,
      }),
      publish({
        ...account,
        version: [1, 1],
        deprecated: 'Use 2: sessions are counted there.',
        columns: { ...accountColumns, sessions: { type: 'bigint', null: true } },
      }),
      publish({
        ...account,
        version: [2, 0],
        columns: { ...accountColumns, emails: { type: 'jsonb' }, sessions: { type: 'bigint' } },
      }),
      ...plain(
        'accounts-db',
        'Identity team',
        ['customer', 'legal'],
        ['account-consents', 'account-address', 'devices'],
      ),
    ],
  },
  commerce: {
    slug: '@harbor/commerce',
    manifestVersion: 1,
    connections: [connection('orders-db'), connection('catalog-db')],
    dataStores: [source('orders-db'), source('catalog-db')],
    publicSchemas: [
      ...plain(
        'orders-db',
        'Commerce',
        ['money'],
        ['orders', 'order-lines', 'refunds', 'vouchers', 'payments', 'invoices'],
      ),
      ...plain(
        'catalog-db',
        'Catalogue team',
        ['product'],
        ['products', 'product-prices', 'stock-levels', 'suppliers'],
      ),
      ...plain(
        'catalog-db',
        undefined,
        [],
        ['shelf-places', 'scanner-reads-of-the-warehouse-in-rotterdam-and-antwerp'],
      ),
    ],
  },
  crm: {
    slug: '@harbor/crm',
    manifestVersion: 1,
    connections: [connection('crm-db')],
    dataStores: [source('crm-db')],
    publicSchemas: plain('crm-db', 'Growth', ['customer'], ['campaigns', 'segments', 'opt-outs', 'calls', 'visits']),
    consumerSchemas: [
      consume('crm-contacts', '@harbor/accounts', ['publish-account', 1], 'crm-db'),
      consume('crm-people', '@harbor/accounts', ['publish-account', 2], 'crm-db'),
      consume('crm-orders', '@harbor/commerce', ['orders', 1], 'crm-db'),
    ],
  },
  analytics: {
    slug: '@harbor/analytics',
    manifestVersion: 1,
    connections: [connection('reports-db')],
    dataStores: [{ connectionSlug: 'reports-db' }],
    consumerSchemas: [
      consume('order-facts', '@harbor/commerce', ['orders', 1], 'reports-db'),
      consume('people-dim', '@harbor/accounts', ['publish-account', 2], 'reports-db'),
    ],
  },
} as const
