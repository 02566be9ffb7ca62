import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { PublicSchema } from '../domain/public-schema.ts'
import { at, goodManifest } from '../manifest/good-manifest.fixture.ts'
import { parseManifest } from '../manifest/parse-manifest.ts'
import { type JsonObject, listOf, objectOf } from '../manifest/print/json-value.ts'
import { consumeAccount, publishAccount } from './definition-text.fixture.ts'
import { mergeDefinitions } from './merge-definitions.ts'
import { readSqlDefinitions } from './read-sql-definitions.ts'
import type { SchemaTexts, WrittenSchema } from './schema-texts.ts'
import { removeConsumerSchema, writeConsumerSchema } from './write-consumer-schema.ts'
import { removePublicSchema, writePublicSchema } from './write-public-schema.ts'

const variables = { REJOT_ACCOUNTS_DB_PASSWORD: 'x' }
const replication = { slotName: 'other', publicationName: 'other' }
const first = { major: 1, minor: 0 }

/** In a person's own layout, with a field that nobody knows. */
function handWritten(): string {
  const manifest = goodManifest()
  at(manifest, 'publicSchemas', 0).note = 'kept'
  return JSON.stringify(manifest, undefined, 4)
}

function read(texts: Pick<SchemaTexts, 'manifest'>) {
  const { readable, problems } = parseManifest(texts.manifest, '/shop/rejot-manifest.json', variables)
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error'),
    [],
  )
  assert.ok(readable !== undefined)
  return readable
}

function saved(texts: Pick<SchemaTexts, 'manifest'>): PublicSchema {
  const schema = read(texts).publicSchemas[0]
  assert.ok(schema !== undefined)
  return schema
}

function written(result: WrittenSchema): SchemaTexts {
  assert.ok(result.ok, JSON.stringify(result))
  return result.texts
}

/** Lines that are only in one of both. */
function difference(before: string, after: string): readonly string[] {
  const [a, b] = [before.split('\n'), after.split('\n')]
  return [
    ...a.filter((line) => !b.includes(line)).map((line) => `-${line}`),
    ...b.filter((line) => !a.includes(line)).map((line) => `+${line}`),
  ]
}

const alone = (): SchemaTexts => ({ manifest: handWritten(), settings: undefined, definition: undefined })

test('writing what is there already changes no byte, in either file', () => {
  const texts = alone()
  const same = written(writePublicSchema(texts, { schema: saved(texts), former: first, replication }))
  assert.deepEqual(same, texts)
  const consumer = read(texts).consumerSchemas[0]
  assert.ok(consumer !== undefined)
  assert.deepEqual(written(writeConsumerSchema(texts, { ...consumer, onRefusal: 'park', start: 'everything' })), texts)

  const filed = withFile(publishAccount)
  assert.deepEqual(written(writePublicSchema(filed, { schema: saved(filed), former: first, replication })), filed)
})

test('a minor takes the place of the version before it, and only what changed is another line', () => {
  const texts = alone()
  const schema = saved(texts)
  const [id, ...others] = schema.columns
  assert.ok(id !== undefined)
  const after = written(
    writePublicSchema(texts, {
      former: first,
      replication,
      schema: {
        ...schema,
        version: { major: 1, minor: 1 },
        columns: [{ ...id, description: undefined }, ...others, column('plan', 'text', true)],
        tags: ['core'],
        deprecated: '',
      },
    }),
  )
  assert.deepEqual(saved(after).version, { major: 1, minor: 1 })
  assert.deepEqual(read(after).publicSchemas.length, 1)
  assert.deepEqual(saved(after).columns.at(-1), { ...column('plan', 'text', true), postgresType: 'text' })
  assert.equal(saved(after).columns[0]?.description, undefined)
  assert.equal(saved(after).deprecated, '')
  assert.equal(entryOf(after).note, 'kept')
  const lines = difference(texts.manifest, after.manifest).map((line) => line.replace(/\s+/g, ' '))
  assert.ok(lines.length < 22, lines.join('\n'))
  assert.ok(lines.every((line) => !line.includes('"sql"') && !line.includes('connections')))
})

test('a major stands beside the one before, with a file of its own', () => {
  const texts = { ...alone(), definition: { file: 'schemas/publish-account@2.sql', text: undefined } }
  const schema = saved(texts)
  const after = written(
    writePublicSchema(texts, {
      former: first,
      replication,
      schema: { ...schema, version: { major: 2, minor: 0 }, columns: schema.columns.slice(0, 2) },
    }),
  )
  const versions = read(after).publicSchemas.map(({ version }) => version.major)
  assert.deepEqual(versions, [1, 2])
  assert.equal(
    objectOf(listOf(objectOf(JSON.parse(after.manifest)).publicSchemas)[1]).definitionFile,
    texts.definition.file,
  )
  assert.match(
    after.definition?.text ?? '',
    /^-- rejot: public schema publish-account 2\.0\n-- data store: accounts-db\n/,
  )
  assertAgrees(after)
})

test('the first public schema of a connection brings its data store, and a file that says all of it', () => {
  const { dataStores: _, publicSchemas: __, consumerSchemas: ___, ...bare } = goodManifest()
  const manifest = `${JSON.stringify(bare, undefined, 2)}\n`
  const texts = { manifest, settings: undefined, definition: { file: 'schemas/people.sql', text: undefined } }
  const schema = {
    ...saved(alone()),
    name: 'people',
    notTracked: ['plan'],
    access: ['@harbor/*'],
    deprecated: 'Use accounts.',
  }
  const after = written(writePublicSchema(texts, { schema, former: undefined, replication }))
  assert.deepEqual(read(after).dataStores, [{ connection: 'accounts-db', replication }])
  assert.deepEqual(
    { ...saved(after), manifest: undefined },
    { ...schema, manifest: undefined, transformations: schema.transformations.map((one) => ({ ...one })) },
  )
  assert.ok(after.manifest.startsWith(manifest.slice(0, manifest.indexOf('"workspaces"') - 20)))
  assert.ok(!after.manifest.includes('\r'))
  assertAgrees(after)
})

test('a file keeps its comments, its line ends and other definitions; what changed is edited in it', () => {
  for (const eol of ['\n', '\r\n']) {
    const own = `${publishAccount}\n-- Kept as well.\n\n${consumeAccount}`.replaceAll('\n', eol)
    const texts = withFile(own)
    const schema = saved(texts)
    const after = written(
      writePublicSchema(texts, {
        former: first,
        replication,
        schema: {
          ...schema,
          version: { major: 1, minor: 1 },
          owner: undefined,
          access: ['crm'],
          columns: [...schema.columns, column('plan', 'text', true)],
          transformations: schema.transformations.map((one, index) =>
            index === 0 ? { ...one, sql: one.sql.replace('from account a', 'from accounts a') } : one,
          ),
        },
      }),
    )
    assert.deepEqual(
      difference(own, after.definition?.text ?? '').map((line) => line.replace('\r', '')),
      [
        '--- rejot: public schema publish-account 1.0',
        '--- owner: Team Harbor',
        '+-- rejot: public schema publish-account 1.1',
        '+-- access: crm',
        '+--   plan text',
        '+  from accounts a left join account_emails e on e.account_id = a.id',
      ],
    )
    assertAgrees(after)
  }
})

test('tables come and go in a file', () => {
  const texts = withFile(publishAccount)
  const schema = saved(texts)
  const [account] = schema.transformations
  assert.ok(account !== undefined)
  const other = {
    table: 'sales."Order"',
    sql: 'select 1 as id, null as emails, null as "firstName", \'\' as "last name";\n',
  }
  const after = written(
    writePublicSchema(texts, { former: first, replication, schema: { ...schema, transformations: [account, other] } }),
  )
  const text = after.definition?.text ?? ''
  assert.ok(text.startsWith(publishAccount.slice(0, publishAccount.indexOf('\n\n-- rejot: changes of account_emails'))))
  assert.ok(text.endsWith(`-- rejot: changes of sales."Order"\n${other.sql}`), text)
  assertAgrees(after)
})

test('a consumer comes with its settings and its file, and goes with both', () => {
  const texts: SchemaTexts = {
    manifest: handWritten(),
    settings: '{"history": {"days": 3}}\n',
    definition: { file: 'schemas/copy.sql', text: undefined },
  }
  const [former] = read(texts).consumerSchemas
  assert.ok(former !== undefined)
  const schema = { ...former, name: 'copy', onRefusal: 'halt', start: 'now' } as const
  const after = written(writeConsumerSchema(texts, schema))
  assert.deepEqual(JSON.parse(after.settings ?? ''), {
    history: { days: 3 },
    consumers: { copy: { onRefusal: 'halt', start: 'now' } },
  })
  assert.equal(read(after).consumerSchemas.length, 2)
  assertAgrees(after)

  const changed = written(writeConsumerSchema(after, { ...schema, deleteSql: undefined, start: 'everything' }))
  assert.equal(changed.definition?.text?.includes('-- rejot: delete'), false)
  assert.deepEqual(JSON.parse(changed.settings ?? '').consumers, { copy: { onRefusal: 'halt', start: 'everything' } })
  assertAgrees(changed)

  for (const start of [{ since: '2026-11-21T09:30:00+01:00' }, { after: 7, store: randomUUID() }]) {
    const placed = written(writeConsumerSchema(changed, { ...schema, start }))
    assert.deepEqual(JSON.parse(placed.settings ?? '').consumers, { copy: { onRefusal: 'halt', start } })
    assert.deepEqual(written(writeConsumerSchema(placed, { ...schema, start })), placed)
  }

  const gone = removeConsumerSchema(changed, 'copy')
  assert.deepEqual(gone.definition, { file: 'schemas/copy.sql', text: undefined })
  assert.deepEqual(JSON.parse(gone.settings ?? ''), { history: { days: 3 } })
  assert.equal(gone.manifest, texts.manifest)
})

test('a version goes alone, and its file stays for what else it defines', () => {
  const both = withFile(`${publishAccount}\n${consumeAccount}`)
  const gone = removePublicSchema(both, 'publish-account', first)
  assert.deepEqual(read(gone).publicSchemas, [])
  assert.equal(gone.definition?.text, `-- Anything may stand before the first definition.\n\n${consumeAccount}`)
  assert.equal(removePublicSchema(withFile(publishAccount), 'publish-account', first).definition?.text, undefined)
})

test('what a file could not say is not half written', () => {
  const texts = withFile('-- rejot: public schema someone-else 1.0\n\n-- rejot: changes of a\nselect 1\n')
  const result = writePublicSchema(texts, { schema: saved(alone()), former: first, replication })
  assert.deepEqual(result, { ok: false, reason: 'cannot be said in schemas/a.sql' })
  const odd = { ...saved(alone()), transformations: [{ table: 'account', sql: 'select 1 -- x\n-- rejot: delete\n' }] }
  const fresh = { ...alone(), definition: { file: 'schemas/odd.sql', text: undefined } }
  const inline = written(writePublicSchema(fresh, { schema: odd, former: first, replication }))
  assert.equal(inline.definition, undefined)
  assert.equal(entryOf(inline).definitionFile, undefined)
})

/** A manifest whose schema comes from this file. */
function withFile(text: string): SchemaTexts {
  const filed = readSqlDefinitions(text, '').definitions.map((definition) => ({
    definition,
    definitionFile: 'schemas/a.sql',
  }))
  const merged = mergeDefinitions(JSON.parse(JSON.stringify(goodManifest())), filed)
  return {
    manifest: JSON.stringify(merged, undefined, 2),
    settings: undefined,
    definition: { file: 'schemas/a.sql', text },
  }
}

/** The file says what the manifest says. */
function assertAgrees({ manifest, definition }: SchemaTexts): void {
  assert.ok(definition?.text !== undefined)
  const { definitions, problems } = readSqlDefinitions(definition.text, '')
  assert.deepEqual(problems, [])
  const root: JsonObject = JSON.parse(manifest)
  const merged = mergeDefinitions(
    root,
    definitions.map((one) => ({ definition: one, definitionFile: definition.file })),
  )
  assert.deepEqual(JSON.parse(JSON.stringify(merged)), root)
}

function entryOf({ manifest }: Pick<SchemaTexts, 'manifest'>): JsonObject {
  return objectOf(listOf(objectOf(JSON.parse(manifest)).publicSchemas)[0])
}

function column(name: string, postgresType: string, nullable: boolean) {
  return { name, postgresType, nullable, description: undefined }
}
