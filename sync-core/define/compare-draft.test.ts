import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsumerSchema } from '../domain/consumer-schema.ts'
import type { ContractColumn, PublicSchema } from '../domain/public-schema.ts'
import { compareDraft } from './compare-draft.ts'

function column(name: string, postgresType = 'text', nullable = false): ContractColumn {
  return { name, postgresType, nullable, description: undefined }
}

const columns = [column('id', 'bigint'), column('name'), column('email')]

const saved: PublicSchema = {
  manifest: '@harbor/accounts',
  name: 'publish-account',
  version: { major: 1, minor: 2 },
  dataStore: 'accounts-db',
  columns,
  key: undefined,
  transformations: [{ table: 'account', sql: 'select id, name, email from account where id = :id' }],
  description: undefined,
  owner: undefined,
}

function consumer(name: string, sql: string, rest: Partial<ConsumerSchema> = {}): ConsumerSchema {
  return {
    manifest: '@harbor/crm',
    name,
    sourceManifest: '@harbor/accounts',
    publicSchema: { name: 'publish-account', majorVersion: 1 },
    destination: 'crm-db',
    sql,
    deleteSql: 'delete from t where id = :id',
    ...rest,
  }
}

const consumers = [
  consumer('names', 'insert into t (id, name) values (:id, :name)'),
  consumer('emails', 'insert into t (id, email) values (:id, :email)'),
  consumer('counted', 'insert into t (id, name) values ($1, $2)', { deleteSql: undefined }),
  consumer('broken', 'insert into'),
  consumer('other', 'insert into t (id) values (:id)', { publicSchema: { name: 'publish-account', majorVersion: 2 } }),
]

function compare(after: readonly ContractColumn[], key: readonly string[] | undefined = ['id']) {
  const {
    needs,
    version,
    consumers: found,
  } = compareDraft({
    saved,
    draft: { columns: after, key },
    versions: [
      { major: 1, minor: 3 },
      { major: 2, minor: 0 },
    ],
    consumers,
  })
  const broken = found.filter(({ breaks }) => breaks.length > 0).map(({ consumer: id }) => id.split('/').at(-1))
  return `${needs} ${version.major}.${version.minor}: ${broken.join(' ')}`
}

for (const [what, after, key, verdict] of [
  ['the same', columns, ['id'], 'nothing 1.2: '],
  ['one more column', [...columns, column('plan', 'text', true)], ['id'], 'minor 1.4: '],
  ['one more in front', [column('plan'), ...columns], ['id'], 'minor 1.4: counted'],
  ['without one', columns.slice(0, 2), ['id'], 'major 3.0: emails broken'],
  ['one may be NULL now', [...columns.slice(0, 2), column('email', 'text', true)], ['id'], 'major 3.0: emails broken'],
  ['another type', [column('id', 'text'), ...columns.slice(1)], ['id'], 'major 3.0: names emails counted broken'],
  ['another key than the SQL pinned', columns, ['email'], 'major 3.0: names emails counted broken'],
] as const) {
  test(`compared: ${what}`, () => assert.equal(compare(after, key), verdict))
}

test('what breaks a consumer is said, and who reads another major is left out', () => {
  const draft = { columns: columns.slice(0, 2), key: ['id'] }
  const found = compareDraft({ saved, draft, versions: [], consumers })
  assert.deepEqual(found.consumers.slice(0, 2), [
    { consumer: '@harbor/crm/names', breaks: [] },
    { consumer: '@harbor/crm/emails', breaks: ['no longer has column "email"'] },
  ])
  assert.equal(found.consumers.length, 4)
})
