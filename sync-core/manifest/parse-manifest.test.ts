import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { at, goodManifest, variable } from './good-manifest.fixture.ts'
import { parseManifest } from './parse-manifest.ts'

const path = '/somewhere/rejot-manifest.json'
const variables = { REJOT_ACCOUNTS_DB_PASSWORD: 'secret-7', HOME: '/home/ada' }

test('a good manifest is read as it says', () => {
  const { manifest, problems } = parseManifest(JSON.stringify(goodManifest()), path, variables)
  assert.deepEqual(problems, [])
  assert.equal(manifest?.slug, '@harbor/accounts')
  assert.deepEqual(manifest?.connections[0], {
    engine: 'postgres',
    slug: 'accounts-db',
    manifest: '@harbor/accounts',
    host: 'localhost',
    port: 5432,
    user: 'ada',
    database: 'accounts',
    password: 'secret-7',
  })
  assert.equal(manifest?.connections[1]?.password, 'plain')
  assert.deepEqual(manifest?.dataStores, [
    { connection: 'accounts-db', replication: { slotName: 'rejot_slot', publicationName: 'rejot_publication' } },
    { connection: 'billing-db', replication: undefined },
  ])
  const [schema] = manifest?.publicSchemas ?? []
  assert.deepEqual(
    [schema?.name, schema?.version, schema?.dataStore, schema?.key, schema?.owner, schema?.description],
    ['publish-account', { major: 1, minor: 0 }, 'accounts-db', ['id'], 'Team Harbor', 'Who has an account'],
  )
  assert.deepEqual(schema?.columns, [
    { name: 'id', postgresType: 'int8', nullable: false, description: 'Never used again' },
    { name: 'emails', postgresType: 'text[]', nullable: true, description: undefined },
    { name: 'firstName', postgresType: 'text', nullable: true, description: undefined },
  ])
  assert.deepEqual(
    schema?.transformations.map(({ table }) => table),
    ['account', 'account_emails'],
  )
  const [consumer] = manifest?.consumerSchemas ?? []
  assert.equal(consumer?.destination, 'billing-db')
  assert.equal(consumer?.deleteSql, 'delete from account_destination where id = :id')
  assert.deepEqual(manifest?.workspaces, ['../crm/rejot-manifest.json'])
})

test('an organisation alone is a slug, as in the published format', () => {
  const text = JSON.stringify({ slug: '@harbor/', manifestVersion: 1 })
  assert.equal(parseManifest(text, path, variables).manifest?.slug, '@harbor/')
})

test('unknown fields are no problem anywhere', () => {
  const manifest = goodManifest()
  for (const object of [
    manifest,
    at(manifest, 'connections', 0),
    at(manifest, 'connections', 0, 'config'),
    at(manifest, 'publicSchemas', 0),
  ]) {
    Object.assign(object, { 'x-theirs': [1, { deep: null }] })
  }
  assert.deepEqual(parseManifest(JSON.stringify(manifest), path, variables).problems, [])
})

/** A change of the good manifest, where the problem is said to be (the text that begins there), and what is said. */
type Change = (manifest: ReturnType<typeof goodManifest>) => void
const changed: readonly (readonly [change: Change, begins: string, message: string])[] = [
  [(m) => Reflect.deleteProperty(m, 'slug'), '{', '"slug" is missing in this manifest'],
  [(m) => Object.assign(m, { slug: 7 }), '7', '"slug" of this manifest must be text'],
  [(m) => Object.assign(m, { slug: '' }), '""', '"slug" of this manifest must not be empty'],
  [
    (m) => Object.assign(m, { slug: 'Crm Team' }),
    '"Crm Team"',
    '"slug" of this manifest may hold a to z, 0 to 9 and -, as in crm or @harbor/crm',
  ],
  [(m) => Reflect.deleteProperty(m, 'manifestVersion'), '{', '"manifestVersion" is missing in this manifest'],
  [
    (m) => Object.assign(m, { manifestVersion: '1' }),
    '"1"',
    '"manifestVersion" of this manifest must be a whole number from 0 on',
  ],
  [
    (m) => Object.assign(m, { manifestVersion: 2 }),
    '2',
    'This manifest was written by a newer version: it has manifestVersion 2, this version knows 1',
  ],
  [(m) => Object.assign(m, { connections: {} }), '{},', '"connections" of this manifest must be a list'],
  [
    (m) => Object.assign(m.connections, { 1: 'x' }),
    '"x"',
    '"connections" of this manifest holds something that is no object',
  ],
  [
    (m) => Object.assign(at(m, 'connections', 1), { slug: 'accounts-db' }),
    '"accounts-db"',
    'This manifest has a second connection "accounts-db"',
  ],
  [
    (m) => Reflect.deleteProperty(at(m, 'connections', 0), 'config'),
    '{',
    '"config" is missing in connection "accounts-db"',
  ],
  [
    (m) => Object.assign(at(m, 'connections', 0), { config: null }),
    'null',
    '"config" of connection "accounts-db" must be an object',
  ],
  [
    (m) => Reflect.deleteProperty(at(m, 'connections', 0, 'config'), 'connectionType'),
    '{',
    '"connectionType" is missing in connection "accounts-db"',
  ],
  [
    (m) => Object.assign(at(m, 'connections', 0, 'config'), { connectionType: 'oracle' }),
    '"oracle"',
    '"connectionType" of connection "accounts-db" is "oracle": this version knows "postgres"',
  ],
  [
    (m) => Object.assign(at(m, 'connections', 0, 'config'), { connectionType: 7 }),
    '7',
    '"connectionType" of connection "accounts-db" must be text',
  ],
  [
    (m) => Reflect.deleteProperty(at(m, 'connections', 0, 'config'), 'host'),
    '{',
    '"host" is missing in connection "accounts-db"',
  ],
  [
    (m) => Object.assign(at(m, 'connections', 0, 'config'), { host: 'a,b' }),
    '"a,b"',
    '"host" of connection "accounts-db" names several hosts: all connections of a source must reach the same server',
  ],
  [
    (m) => Object.assign(at(m, 'connections', 0, 'config'), { host: 'postgres://a' }),
    '"postgres://a"',
    '"host" of connection "accounts-db" is a URL: write the name of the host alone',
  ],
  [
    (m) => Object.assign(at(m, 'connections', 0, 'config'), { host: 'a b' }),
    '"a b"',
    '"host" of connection "accounts-db" holds a blank',
  ],
  [
    (m) => Object.assign(at(m, 'connections', 0, 'config'), { port: '5432' }),
    '"5432"',
    '"port" of connection "accounts-db" must be a whole number from 1 to 65535',
  ],
  [
    (m) => Object.assign(at(m, 'connections', 0, 'config'), { port: 70000 }),
    '70000',
    '"port" of connection "accounts-db" must be a whole number from 1 to 65535',
  ],
  [
    (m) => Object.assign(at(m, 'connections', 0, 'config'), { port: 54.32 }),
    '54.32',
    '"port" of connection "accounts-db" must be a whole number from 1 to 65535',
  ],
  [
    (m) => Reflect.deleteProperty(at(m, 'connections', 0, 'config'), 'port'),
    '{',
    '"port" is missing in connection "accounts-db"',
  ],
  [
    (m) => Object.assign(at(m, 'connections', 0, 'config'), { user: ' ' }),
    '" "',
    '"user" of connection "accounts-db" must not be blank',
  ],
  [
    (m) => Object.assign(at(m, 'connections', 0, 'config'), { database: 'a\nb' }),
    '"a\\nb"',
    '"database" of connection "accounts-db" holds a control character',
  ],
  [
    (m) => Object.assign(at(m, 'connections', 0, 'config'), { password: 7 }),
    '7',
    '"password" of connection "accounts-db" must be text',
  ],
  [
    (m) => Object.assign(at(m, 'connections', 0, 'config'), { password: variable('HOME') }),
    `"${variable('HOME')}"`,
    '"password" of connection "accounts-db" names a variable that does not begin with REJOT_',
  ],
  [
    (m) => Object.assign(at(m, 'connections', 0), { slug: 'a\u0000b' }),
    '"a\\u0000b"',
    '"slug" of a connection holds a control character',
  ],
  [
    (m) => Object.assign(at(m, 'connections', 0), { slug: 'a\u202eb' }),
    '"a\u202eb"',
    '"slug" of a connection holds a control character',
  ],
  [
    (m) => Reflect.deleteProperty(at(m, 'dataStores', 1), 'connectionSlug'),
    '{}',
    '"connectionSlug" is missing in a data store',
  ],
  [
    (m) => Object.assign(at(m, 'dataStores', 1), { connectionSlug: 'lost' }),
    '"lost"',
    'There is no connection "lost" in this manifest',
  ],
  [
    (m) => Object.assign(at(m, 'dataStores', 1), { connectionSlug: 'accounts-db' }),
    '"accounts-db"',
    'This manifest has a second data store "accounts-db"',
  ],
  [
    (m) => Object.assign(at(m, 'dataStores', 0, 'config'), { slotName: 'Slot-1' }),
    '"Slot-1"',
    '"slotName" of data store "accounts-db" may hold at most 63 of a to z, 0 to 9 and _',
  ],
  [
    (m) => Object.assign(at(m, 'dataStores', 0, 'config'), { slotName: 'a'.repeat(64) }),
    '"aaa',
    '"slotName" of data store "accounts-db" may hold at most 63 of a to z, 0 to 9 and _',
  ],
  [
    (m) => Reflect.deleteProperty(at(m, 'dataStores', 0, 'config'), 'publicationName'),
    '{',
    '"publicationName" is missing in data store "accounts-db"',
  ],
  [
    (m) => Object.assign(at(m, 'dataStores', 0, 'config'), { connectionType: 'mysql' }),
    '"mysql"',
    '"connectionType" of data store "accounts-db" is "mysql": this version knows "postgres"',
  ],
  [
    (m) => Reflect.deleteProperty(at(m, 'dataStores', 0), 'config'),
    '"accounts-db"',
    'Data store "accounts-db", which public schema "publish-account" reads, has no slotName and publicationName',
  ],
  [
    (m) => Object.assign(at(m, 'publicSchemas', 0, 'source'), { dataStoreSlug: 'lost' }),
    '"lost"',
    'There is no data store "lost" in this manifest, which public schema "publish-account" reads',
  ],
  [(m) => Reflect.deleteProperty(at(m, 'publicSchemas', 0), 'name'), '{', '"name" is missing in a public schema'],
  [
    (m) => Reflect.deleteProperty(at(m, 'publicSchemas', 0), 'source'),
    '{',
    '"source" is missing in public schema "publish-account"',
  ],
  [
    (m) => Reflect.deleteProperty(at(m, 'publicSchemas', 0), 'version'),
    '{',
    '"version" is missing in public schema "publish-account"',
  ],
  [
    (m) => Object.assign(at(m, 'publicSchemas', 0, 'version'), { major: -1 }),
    '-1',
    '"major" of the version of public schema "publish-account" must be a whole number from 0 on',
  ],
  [
    (m) => Reflect.deleteProperty(at(m, 'publicSchemas', 0), 'outputSchema'),
    '{',
    '"outputSchema" is missing in public schema "publish-account"',
  ],
  [
    (m) => Object.assign(at(m, 'publicSchemas', 0, 'outputSchema'), { properties: [] }),
    '[]',
    '"properties" of the output schema of public schema "publish-account" must be an object',
  ],
  [
    (m) => Object.assign(at(m, 'publicSchemas', 0, 'outputSchema', 'x-rejot'), { key: 'id' }),
    '"id"',
    '"key" of public schema "publish-account" must be a list',
  ],
  [
    (m) => Object.assign(at(m, 'publicSchemas', 0, 'outputSchema', 'x-rejot'), { key: [] }),
    '[]',
    'The key of public schema "publish-account" names no column',
  ],
  [
    (m) => Object.assign(at(m, 'publicSchemas', 0, 'outputSchema', 'x-rejot'), { key: ['id', 'id'] }),
    '[',
    'The key of public schema "publish-account" names a column twice',
  ],
  [
    (m) => Object.assign(at(m, 'publicSchemas', 0, 'outputSchema', 'x-rejot'), { key: ['nr'] }),
    '[',
    'The key of public schema "publish-account" names "nr", which is no column of its output schema',
  ],
  [
    (m) => Object.assign(at(m, 'publicSchemas', 0, 'outputSchema'), { 'x-rejot': 'id' }),
    '"id"',
    '"x-rejot" of public schema "publish-account" must be an object',
  ],
  [
    (m) => Object.assign(at(m, 'publicSchemas', 0, 'outputSchema', 'properties'), { __rejot_ord: {} }),
    '"__rejot_ord"',
    'The column name "__rejot_ord" of public schema "publish-account" is taken: names that begin with __rejot_ are ours',
  ],
  [
    (m) => Object.assign(at(m, 'publicSchemas', 0, 'config'), { publicSchemaType: 'mongo' }),
    '{',
    '"publicSchemaType" of public schema "publish-account" is "mongo": this version knows "postgres"',
  ],
  [
    (m) => Object.assign(at(m, 'publicSchemas', 0, 'config'), { transformations: [] }),
    '{',
    'Public schema "publish-account" has no transformation for insert or update',
  ],
  [
    (m) => Object.assign(at(m, 'publicSchemas', 0, 'config', 'transformations', 0), { operation: 'upsert' }),
    '{',
    '"operation" of a transformation of public schema "publish-account" must be "insert", "update" or "delete"',
  ],
  [
    (m) => Object.assign(at(m, 'publicSchemas', 0, 'config', 'transformations', 1), { sql: 'select 1' }),
    '{',
    'The transformations of table "account" of public schema "publish-account" must carry the same SQL',
  ],
  [
    (m) => Object.assign(at(m, 'publicSchemas', 0, 'config', 'transformations', 0), { sql: '' }),
    '""',
    '"sql" of a transformation of public schema "publish-account" must not be empty',
  ],
  [
    (m) => m.publicSchemas.push(...goodManifest().publicSchemas),
    '"publish-account"',
    'This manifest has a second public schema "publish-account" 1.0',
  ],
  [
    (m) => m.consumerSchemas.push(...goodManifest().consumerSchemas),
    '"consume-account"',
    'This manifest has a second consumer schema "consume-account"',
  ],
  [
    (m) => Reflect.deleteProperty(at(m, 'consumerSchemas', 0), 'sourceManifestSlug'),
    '{',
    '"sourceManifestSlug" is missing in consumer schema "consume-account"',
  ],
  [
    (m) => Reflect.deleteProperty(at(m, 'consumerSchemas', 0, 'publicSchema'), 'majorVersion'),
    '{',
    '"majorVersion" is missing in the public schema that consumer schema "consume-account" reads',
  ],
  [
    (m) => Object.assign(at(m, 'consumerSchemas', 0, 'config'), { consumerSchemaType: 'mysql' }),
    '{',
    '"consumerSchemaType" of consumer schema "consume-account" is "mysql": this version knows "postgres"',
  ],
  [
    (m) => Reflect.deleteProperty(at(m, 'consumerSchemas', 0, 'config'), 'destinationDataStoreSlug'),
    '{',
    '"destinationDataStoreSlug" is missing in consumer schema "consume-account"',
  ],
  [
    (m) => Object.assign(at(m, 'consumerSchemas', 0, 'config'), { deleteSql: 7 }),
    '7',
    '"deleteSql" of consumer schema "consume-account" must be text',
  ],
  [(m) => Object.assign(m, { workspaces: 'x' }), '"x"', '"workspaces" of this manifest must be a list'],
  [
    (m) => Object.assign(m, { workspaces: [7] }),
    '7',
    '"workspaces" of this manifest must hold texts that are not empty',
  ],
  [
    (m) => Object.assign(m, { workspaces: ['a\nrejot-manifest.json:1:1: error: b'] }),
    '"a\\nrejot',
    '"workspaces" of this manifest holds a control character',
  ],
  [
    (m) => Object.assign(at(m, 'connections', 0, 'config'), { connectionType: 'ora\ncle' }),
    '"ora\\ncle"',
    '"connectionType" of connection "accounts-db" is "ora cle": this version knows "postgres"',
  ],
]

for (const [change, begins, message] of changed) {
  test(`told with its place: ${message}`, () => {
    const manifest = goodManifest()
    change(manifest)
    const text = JSON.stringify(manifest, undefined, 2)
    const parsed = parseManifest(text, path, variables)
    assert.deepEqual(
      parsed.problems.map((problem) => problem.message),
      [message],
    )
    const [problem] = parsed.problems
    const line = text.split('\n')[(problem?.line ?? 0) - 1] ?? ''
    assert.equal(line.slice((problem?.column ?? 0) - 1).slice(0, begins.length), begins)
    assert.deepEqual([problem?.severity, problem?.file, parsed.manifest], ['error', path, undefined])
  })
}

const warned: readonly (readonly [change: Change, message: string])[] = [
  [
    (m) => Object.assign(at(m, 'connections', 0, 'config'), { password: variable('REJOT_OTHER') }),
    'The variable REJOT_OTHER, the password of connection "accounts-db", is not set',
  ],
  [
    (m) => Object.assign(at(m, 'connections', 0, 'config'), { password: variable('REJOT___proto__') }),
    'The variable REJOT___proto__, the password of connection "accounts-db", is not set',
  ],
  [
    (m) => Object.assign(m, { eventStores: [{ connectionSlug: 'accounts-db' }] }),
    '"eventStores" is not used: events are kept in a file of this program',
  ],
  [
    (m) => m.publicSchemas[0]?.config.transformations.splice(0, 1),
    'The update transformation of table "account" of public schema "publish-account" counts for insert too',
  ],
  [
    (m) => m.publicSchemas[0]?.config.transformations.splice(3, 1),
    'The insert transformation of table "account_emails" of public schema "publish-account" counts for update too',
  ],
  [
    (m) => m.publicSchemas[0]?.config.transformations.push({ operation: 'delete', table: 'other', sql: '' }),
    'Table "other" of public schema "publish-account" has a transformation for delete alone, which is not followed',
  ],
]

for (const [change, message] of warned) {
  test(`warned, and read all the same: ${message}`, () => {
    const manifest = goodManifest()
    change(manifest)
    const { problems, manifest: read } = parseManifest(JSON.stringify(manifest), path, variables)
    assert.deepEqual(
      problems.map((problem) => `${problem.severity} ${problem.message}`),
      [`warning ${message}`],
    )
    assert.ok(read !== undefined)
  })
}

test('a delete transformation beside others is not needed and no problem', () => {
  const manifest = goodManifest()
  manifest.publicSchemas[0]?.config.transformations.push({ operation: 'delete', table: 'account', sql: 'select 1' })
  const { problems, manifest: read } = parseManifest(JSON.stringify(manifest), path, variables)
  assert.deepEqual(problems, [])
  assert.equal(read?.publicSchemas[0]?.transformations.length, 2)
})

test('an absent or empty password is none', () => {
  const manifest = goodManifest()
  Reflect.deleteProperty(at(manifest, 'connections', 0, 'config'), 'password')
  Object.assign(at(manifest, 'connections', 1, 'config'), { password: '' })
  const { problems, manifest: read } = parseManifest(JSON.stringify(manifest), path, variables)
  assert.deepEqual(problems, [])
  assert.deepEqual(
    read?.connections.map(({ password }) => password),
    [undefined, undefined],
  )
})

const inConflict =
  'The file is in conflict: git left both sides of a merge here; decide which stays, on the screen Changes or in an editor'
const half = JSON.stringify(goodManifest(), undefined, 2).slice(0, 200)
const broken: readonly (readonly [what: string, content: string | Uint8Array, told: string])[] = [
  ['nothing', '', '1:1 The file is empty'],
  ['only space', ' \n\t', '1:1 The file is empty'],
  ['not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), '1:1 The file is no UTF-8 text'],
  [
    'a byte order mark',
    Buffer.from('\ufeff{}'),
    '1:1 The file begins with a byte order mark: save it as UTF-8 without one',
  ],
  ['UTF-16', Buffer.from('{"slug":"a"}', 'utf16le'), '1:2 JSON does not know this word'],
  ['a comment', '{\n  // no\n  "slug": "a"}', '2:3 JSON has no comments: leave this one out'],
  ['a block comment', '{ /* no */ }', '1:3 JSON has no comments: leave this one out'],
  [
    'a trailing comma',
    '{"slug": "a",\n}',
    '2:1 A field name in " is expected here, or the comma before is one too many',
  ],
  [
    'a trailing comma in a list',
    '{"a": [1,\r\n 2, ]}',
    '2:5 A value is expected here, or the comma before is one too many',
  ],
  ['a half-written object', '{"slug": "a"', '1:13 The file ends in the middle, as if it were only half written'],
  [
    'a half-written list',
    '{"connections": [\n  {}\n',
    '2:5 The file ends in the middle, as if it were only half written',
  ],
  ['a half-written text', '{"slug": "acc', '1:10 This text is not closed by a "'],
  ['a missing comma', '{"a": 1 "b": 2}', '1:9 A , is expected here'],
  ['a missing colon', '{"a" 1}', '1:6 A : is expected here'],
  ['single quotes', "{'a': 1}", '1:2 JSON does not know this word'],
  [
    'both sides of a merge',
    '{\n<<<<<<< HEAD\n"slug": "a"\n=======\n"slug": "b"\n>>>>>>> theirs\n}',
    `2:1 ${inConflict}`,
  ],
  ['a side of a merge that was left', '{\n"slug": "a"\n=======\r\n"slug": "b"\n}', `3:1 ${inConflict}`],
  ['the end of a merge that was left', '{"slug": "a"}\n>>>>>>> theirs\n', `2:1 ${inConflict}`],
  ['an unknown word', '{"a": nil}', '1:7 JSON does not know this word'],
  ['something behind', '{} {}', '1:4 Something follows after the end of the JSON'],
  ['a line break in a text', '{"a": "x\ny"}', '1:7 This text is not closed by a "'],
  [
    'a tab in a text',
    '{"a": "x\ty"}',
    '1:7 A text holds a line break or control character: write it as \\n or \\u0000',
  ],
  ['a strange escape', '{"a": "\\x"}', '1:7 A text holds a \\ before a character that JSON does not know'],
  ['a short unicode escape', '{"a": "\\u12"}', '1:7 A text holds a \\u without four digits'],
  ['a number with a leading zero', '{"a": 007}', '1:8 A , is expected here'],
  ['a list', '[1]', '1:1 A manifest is a JSON object'],
  ['a text', '"x"', '1:1 A manifest is a JSON object'],
  [
    'a field written twice',
    '{"slug": "a",\n "slug": "b", "manifestVersion": 1}',
    '2:2 The field "slug" is written twice',
  ],
  ['endless nesting', '['.repeat(200_000), '1:1 The file is nested too deeply'],
  [
    'a newer version with other content',
    '{"manifestVersion": 9, "connections": 7}',
    '1:21 This manifest was written by a newer version: it has manifestVersion 9, this version knows 1',
  ],
]

for (const [what, content, told] of broken) {
  test(`a file with ${what}`, () => {
    const { manifest, problems } = parseManifest(content, path, variables)
    assert.equal(manifest, undefined)
    assert.deepEqual(
      problems.map(({ line, column, message }) => `${line}:${column} ${message}`),
      [told],
    )
  })
}

test('a manifest that is cut anywhere is told to be broken, and nothing else', () => {
  const text = JSON.stringify(goodManifest(), undefined, 2)
  for (let length = 0; length < text.length; length++) {
    const { manifest, problems } = parseManifest(text.slice(0, length), path, variables)
    assert.equal(manifest, undefined, `cut at ${length}`)
    assert.equal(problems.length, 1, `cut at ${length}`)
  }
  assert.equal(parseManifest(half, path, variables).problems[0]?.line, half.trimEnd().split('\n').length)
})

test('a place inside SQL is found through the escapes of its text', () => {
  const sql = 'select "a",\n\t\'ä\\\', :wrong'
  const manifest = goodManifest()
  Object.assign(at(manifest, 'consumerSchemas', 0, 'config'), { sql })
  const text = JSON.stringify(manifest, undefined, 2).replace('ä', '\\u00e4')
  const { manifest: read, locate } = parseManifest(text, path, variables)
  const [consumer] = read?.consumerSchemas ?? []
  assert.ok(consumer !== undefined)
  const { line, column } = locate(consumer, ['config', 'sql'], sql.indexOf(':wrong') + 1)
  assert.equal(text.split('\n')[line - 1]?.slice(column - 1, column + 5), ':wrong')
})

test('no secret is ever in a problem', () => {
  const manifest = goodManifest()
  Object.assign(at(manifest, 'connections', 0, 'config'), { port: 'x', user: 7 })
  Object.assign(at(manifest, 'connections', 1, 'config'), { password: 'plain-secret', host: 7 })
  const told = JSON.stringify(parseManifest(JSON.stringify(manifest), path, variables).problems)
  assert.ok(!told.includes('secret-7') && !told.includes('plain-secret'))
})

test('parsing any text never throws, and says where it is wrong', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()), (content) => {
      const { manifest, problems } = parseManifest(content, path, {})
      assert.ok(manifest === undefined && problems.length > 0)
    }),
    { numRuns: 2_000 },
  )
})

test('parsing any JSON never throws', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const { manifest, problems } = parseManifest(text, path, {})
      assert.ok(manifest === undefined && problems.length > 0)
    }),
    { numRuns: 2_000 },
  )
})

test('a good manifest with anything put anywhere is read, or told to be wrong', () => {
  const fields = fieldsOf(goodManifest())
  fc.assert(
    fc.property(fc.nat(fields.length - 1), fc.jsonValue({ maxDepth: 2 }), (place, value) => {
      const manifest = goodManifest()
      const path = fields[place] ?? []
      at(manifest, ...path.slice(0, -1))[path.at(-1) ?? ''] = value
      const text = JSON.stringify(manifest, undefined, 1)
      const parsed = parseManifest(text, '/m.json', variables)
      const wrong = parsed.problems.some(({ severity }) => severity === 'error')
      assert.equal(parsed.manifest === undefined, wrong)
      const lines = text.split('\n')
      for (const { line, column } of parsed.problems)
        assert.ok(column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1)
    }),
    { numRuns: 3_000 },
  )
})

/** Every path to a value in a tree. */
function fieldsOf(node: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, value]) => {
    const own = [...path, Array.isArray(node) ? Number(name) : name]
    return [own, ...fieldsOf(value, own)]
  })
}
