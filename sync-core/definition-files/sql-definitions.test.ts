import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { at, goodManifest } from '../manifest/good-manifest.fixture.ts'
import { editJson } from '../manifest/print/edit-json.ts'
import { formatManifest } from '../manifest/print/format-manifest.ts'
import { type JsonObject, objectOf } from '../manifest/print/json-value.ts'
import { printColumnLine, readColumnLine } from './column-line.ts'
import type { DefinedColumn } from './definition.ts'
import { consumeAccount, publishAccount } from './definition-text.fixture.ts'
import { mergeDefinitions } from './merge-definitions.ts'
import { printSqlDefinition } from './print-sql-definition.ts'
import { readSqlDefinitions } from './read-sql-definitions.ts'

const path = '/somewhere/publish-account.sql'

function merged(manifest: object, ...texts: readonly string[]): JsonObject {
  const filed = texts.flatMap((text) =>
    readSqlDefinitions(text, path).definitions.map((definition) => ({ definition, definitionFile: 'a.sql' })),
  )
  return mergeDefinitions(JSON.parse(JSON.stringify(manifest)), filed)
}

test('a public schema is read as its file says', () => {
  const { definitions, problems } = readSqlDefinitions(publishAccount, path)
  assert.deepEqual(problems, [])
  const [definition] = definitions
  assert.ok(definition?.kind === 'public schema')
  assert.deepEqual(
    [definition.name, definition.version, definition.dataStore],
    ['publish-account', { major: 1, minor: 0 }, 'accounts-db'],
  )
  assert.deepEqual(definition.additions, {
    key: ['id'],
    owner: 'Team Harbor',
    description: 'Who has an account\nand how to write to them.',
    tags: ['people', 'core, really'],
  })
  assert.deepEqual(definition.output, {
    columns: [
      { name: 'id', postgresType: 'int8', nullable: false, description: 'Never used again' },
      { name: 'emails', postgresType: 'text[]', nullable: true, description: undefined },
      { name: 'firstName', postgresType: 'text', nullable: true, description: undefined },
      { name: 'last name', schema: { type: 'string', minLength: 1 }, required: false, description: undefined },
    ],
  })
  assert.deepEqual(
    definition.transformations.map(({ table }) => table),
    ['account', 'account_emails'],
  )
  const [first] = definition.transformations
  assert.ok(first !== undefined)
  assert.ok(first.sql.startsWith('-- One row for each account.\nselect') && first.sql.endsWith('group by a.id'))
  const at = first.sql.indexOf('left join') + 1
  assert.deepEqual(first.placeOf(at), { line: 19, column: 18 })
})

test('line ends of Windows change nothing but the line ends', () => {
  const windows = readSqlDefinitions(publishAccount.replaceAll('\n', '\r\n'), path)
  const here = readSqlDefinitions(publishAccount, path)
  assert.equal(JSON.stringify(windows), JSON.stringify(here))
})

const wrong: readonly (readonly [text: string, problem: string])[] = [
  ['select 1', '1:1 There is no definition here: it begins with "-- rejot: public schema NAME 1.0"'],
  ['-- rejot: public schema a\n', '1:1 This should be "-- rejot: public schema NAME 1.0"'],
  ['-- rejot: consumer schema\n', '1:1 This should be "-- rejot: consumer schema NAME"'],
  [
    '\n-- rejot: changes of a\nselect 1',
    '2:1 "-- rejot: changes of a" stands before any schema: a file begins with "-- rejot: public schema NAME 1.0" or "-- rejot: consumer schema NAME"',
  ],
  ['-- rejot: public schema a 1.0', '1:1 There is no SQL: it follows "-- rejot: changes of TABLE"'],
  [
    '-- rejot: public schema a 1.0\n-- onwer: me\n\n-- rejot: changes of a\nselect 1',
    '2:4 The header has no field "onwer": there are data store, columns, key, owner, description, tags, access, deprecated, not tracked',
  ],
  [
    '-- rejot: public schema a 1.0\n-- owner: a\n-- owner: b\n\n-- rejot: changes of a\nselect 1',
    '3:4 "owner" is there twice',
  ],
  [
    '-- rejot: public schema a 1.0\n-- what is this\n\n-- rejot: changes of a\nselect 1',
    '2:4 This is no field: write "name: value", or leave a line free before SQL',
  ],
  [
    '-- rejot: public schema a 1.0\n-- columns:\n--   id\n\n-- rejot: changes of a\nselect 1',
    '3:6 This is no column: write NAME TYPE, or NAME TYPE not null, and -- before what it means',
  ],
  [
    '-- rejot: public schema a 1.0\n-- columns:\n--   id int4\n--   id text\n\n-- rejot: changes of a\nselect 1',
    '4:6 The column "id" is there twice',
  ],
  ['-- rejot: public schema a 1.0\n\nselect 1', '3:1 SQL stands below the line that says "-- rejot: changes of TABLE"'],
  [
    '-- rejot: public schema a 1.0\n\n-- rejot: change of b\nselect 1',
    '3:1 This should be "-- rejot: changes of TABLE"',
  ],
  ['-- rejot: public schema a 1.0\n\n-- rejot: changes of b\n;', '3:1 There is no SQL for changes of b'],
  [
    '-- rejot: public schema a 1.0\n-- rejot: changes of b\nselect 1;\n-- rejot: changes of b\nselect 2',
    '4:1 There is SQL for changes of b already',
  ],
  ['-- rejot: consumer schema a\n-- writes: b', '1:1 There is no SQL: it follows "-- rejot: insert or update"'],
  [
    '-- rejot: consumer schema a\n-- reads: b of c\n\n-- rejot: insert or update\nselect 1',
    '2:4 This should be "reads: PUBLIC-SCHEMA 1 of MANIFEST", with the major version that is read',
  ],
  [
    '-- rejot: consumer schema a\n-- rejot: insert or update\nselect 1\n-- rejot: truncate\nselect 2',
    '4:1 This should be "-- rejot: insert or update" or "-- rejot: delete"',
  ],
  [
    '-- rejot: public schema a 1.0\n-- rejot: changes of a\n<<<<<<< HEAD\nselect 1\n=======\nselect 2\n>>>>>>> theirs\n',
    '3:1 The file is in conflict: git left both sides of a merge here; decide which stays, on the screen Changes or in an editor',
  ],
]
for (const [text, expected] of wrong) {
  test(`said with its place: ${expected}`, () => {
    const { definitions, problems } = readSqlDefinitions(text, path)
    const told = problems.map(({ line, column, message }) => `${line}:${column} ${message}`)
    assert.ok(told.includes(expected), told.join('\n'))
    assert.deepEqual(definitions, [])
  })
}

test('no text is too odd to be read', () => {
  const piece = fc.constantFrom(
    '-- rejot: ',
    'public schema a 1.0',
    '\n',
    '--',
    ' columns:',
    '   id int4',
    ' "',
    '{',
    ';',
    'select 1',
    '\r',
    '-- rejot: changes of a\n',
  )
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 30 }),
      (pieces) => readSqlDefinitions(pieces.join(''), path) !== undefined,
    ),
    { numRuns: 3_000 },
  )
})

test('what files say is merged, and what they do not say stays', () => {
  const before = goodManifest()
  const text = publishAccount.replace('-- owner: Team Harbor\n', '')
  const after = merged({ ...before, 'x-theirs': 1 }, text, consumeAccount)
  const [schema] = Object(after.publicSchemas)
  assert.equal(after['x-theirs'], 1)
  assert.equal(schema.definitionFile, 'a.sql')
  assert.equal(schema.outputSchema['x-rejot'].owner, 'Team Harbor')
  assert.deepEqual(schema.outputSchema.properties.id, before.publicSchemas[0]?.outputSchema.properties.id)
  assert.deepEqual(schema.outputSchema.properties.emails, before.publicSchemas[0]?.outputSchema.properties.emails)
  assert.equal(schema.outputSchema.additionalProperties, false)
  assert.deepEqual(schema.outputSchema.required, ['id', 'firstName'])
  assert.equal(schema.config.transformations.length, 4)
  assert.equal(Object(after.consumerSchemas)[0].config.deleteSql, before.consumerSchemas[0]?.config.deleteSql)
})

test('no manifest is too odd to be merged into, and merging twice changes nothing more', () => {
  const field = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(...Object.values(goodManifest())))
  const names = ['publicSchemas', 'consumerSchemas', 'slug', '__proto__', 'x-theirs']
  const entry = fc.dictionary(fc.constantFrom('name', 'version', 'outputSchema', 'config', 'source'), field)
  const named = fc.array(
    entry.map((one) => ({ ...one, name: 'publish-account' })),
    { maxLength: 3 },
  )
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), fc.oneof(field, named)), (manifest) => {
      const text = JSON.stringify(manifest)
      const once = merged(JSON.parse(text), publishAccount, consumeAccount)
      assert.deepEqual(JSON.parse(editJson(text, once)), JSON.parse(JSON.stringify(once)))
      const again = merged(once, publishAccount, consumeAccount)
      assert.deepEqual(JSON.parse(JSON.stringify(again)), JSON.parse(JSON.stringify(once)))
    }),
    { numRuns: 1_500 },
  )
})

test('an empty field takes away, an empty section too', () => {
  const after = merged(
    goodManifest(),
    publishAccount.replace('-- owner: Team Harbor', '-- owner:'),
    consumeAccount.replace(/delete from .*/, ''),
  )
  assert.equal('owner' in JSON.parse(JSON.stringify(Object(after.publicSchemas)[0].outputSchema['x-rejot'])), false)
  assert.equal('deleteSql' in JSON.parse(JSON.stringify(Object(after.consumerSchemas)[0].config)), false)
})

test('a raised version is the same schema, another version in another file is another one', () => {
  const raised = publishAccount.replace('publish-account 1.0', 'publish-account 1.1')
  const once = merged(goodManifest(), publishAccount)
  const versions = (manifest: JsonObject) =>
    Object(manifest.publicSchemas).map((schema: JsonObject) => objectOf(schema.version).minor)
  assert.deepEqual(versions(merged(once, raised)), [1])
  assert.deepEqual(versions(merged(goodManifest(), raised)), [0, 1])
})

const sample = readFileSync(new URL('../../assets/sample/rejot-manifest.json', import.meta.url), 'utf8')

test('a schema is printed as a file that says it all, and reading it changes nothing', () => {
  for (const manifest of [JSON.parse(sample), goodManifest()]) {
    for (const entry of [...manifest.publicSchemas, ...manifest.consumerSchemas]) {
      const text = printSqlDefinition(entry)
      assert.ok(text !== undefined, entry.name)
      const { problems } = readSqlDefinitions(text, path)
      assert.deepEqual(problems, [])
    }
  }
  assert.equal(
    printSqlDefinition(JSON.parse(sample).consumerSchemas[0]),
    `-- rejot: consumer schema consume-account
-- reads: publish-account 1 of sample
-- writes: billing-db

-- rejot: insert or update
insert into account_destination (id, full_name, email)
values (:id, :firstName || ' ' || :lastName, (:emails::text[])[1])
on conflict (id) do update
set full_name = excluded.full_name, email = excluded.email;

-- rejot: delete
delete from account_destination where id = :id;
`,
  )
})

test('from nothing but its file a schema becomes a whole entry', () => {
  const after = merged({ slug: '@harbor/accounts' }, publishAccount, consumeAccount)
  const again = printSqlDefinition(objectOf(Object(after.publicSchemas)[0]))
  assert.deepEqual(merged({ slug: '@harbor/accounts' }, again ?? '', consumeAccount), after)
  assert.ok(formatManifest(JSON.stringify(after), path).text)
})

test('a column whose description has several lines is printed as JSON Schema', () => {
  const manifest = goodManifest()
  Object.assign(at(manifest, 'publicSchemas', 0, 'outputSchema', 'properties', 'id'), { description: 'one\ntwo' })
  assert.match(
    printSqlDefinition(JSON.parse(JSON.stringify(manifest.publicSchemas[0]))) ?? '',
    /^-- {3}id \{.*"one\\ntwo"\}$/m,
  )
})

test('what a file could not say is not printed', () => {
  const [entry] = goodManifest().publicSchemas
  const odd = { ...entry, outputSchema: { ...entry?.outputSchema, 'x-rejot': { owner: ' blanks ' } } }
  assert.equal(printSqlDefinition(odd), undefined)
  const [consumer] = goodManifest().consumerSchemas
  const hidden = { ...consumer?.config, sql: "select '\n-- rejot: delete\n'" }
  assert.equal(printSqlDefinition({ ...consumer, config: hidden }), undefined)
})

test('every column is read from the line that it is printed as', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 10 })
    .filter((one) => one === one.trim() && !one.includes('--'))
  const typed = fc.record({
    name: text,
    postgresType: fc.constantFrom('int4', 'text[]', 'character varying(20)', 'timestamp with time zone', 'sales.mood'),
    nullable: fc.boolean(),
    description: fc.option(text, { nil: undefined }),
  })
  const schema = fc.record({
    name: text,
    schema: fc.constant({ type: 'string' }),
    required: fc.boolean(),
    description: fc.constant(undefined),
  })
  fc.assert(
    fc.property(fc.oneof<fc.Arbitrary<DefinedColumn>[]>(typed, schema), (column) => {
      assert.deepEqual(readColumnLine(printColumnLine(column)), { ...column })
    }),
    { numRuns: 2_000 },
  )
})
