import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import type { ReadDefinitions } from '../read-sql-definitions.ts'
import { runDefinitionFile } from './run-definition-file.ts'

/** A file written in the way that ReJot's guide shows. */
const guide = `import { z } from 'zod'
import {
  createPostgresConsumerSchemaConfig,
  createPostgresPublicSchemaTransformations,
  PostgresPublicSchemaConfigBuilder,
} from '@rejot-dev/adapter-postgres'
import { createConsumerSchema } from '@rejot-dev/contract/consumer-schema'
import { createPublicSchema } from '@rejot-dev/contract/public-schema'

const publishCustomer = createPublicSchema('publish-customer', {
  source: { dataStoreSlug: 'shop' },
  outputSchema: z.object({
    id: z.number(),
    name: z.string(),
    since: z.date().optional(),
    emails: z.array(z.string()),
    note: z.string().nullable(),
  }),
  config: new PostgresPublicSchemaConfigBuilder()
    .addTransformation(
      createPostgresPublicSchemaTransformations(
        'insertOrUpdate',
        'customer',
        \`
          SELECT id, name, since, emails, note FROM customer WHERE id = :id;
        \`,
      ),
    )
    .addTransformation({ operation: 'delete', table: 'customer', sql: 'SELECT :id AS id' })
    .build(),
  version: { major: 1, minor: 2 },
})

const consumeCustomer = createConsumerSchema('consume-customer', {
  source: { manifestSlug: '@shop/crm', publicSchema: { name: 'publish-customer', majorVersion: 1 } },
  config: createPostgresConsumerSchemaConfig('billing', 'INSERT INTO customer VALUES (:id)', {
    deleteSql: 'DELETE FROM customer WHERE id = :id',
  }),
})

export default { publishCustomer, consumeCustomer }
`

async function run(
  files: Readonly<Record<string, string>>,
  first = 'schemas.ts',
): Promise<ReadDefinitions & { readonly root: string }> {
  const root = await mkdtemp(join(tmpdir(), 'rejot-typescript-test-'))
  after(() => rm(root, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
  return { ...(await runDefinitionFile(join(root, first), root)), root }
}

/** One string for each problem, with its place. */
function told({ problems, root }: Awaited<ReturnType<typeof run>>): readonly string[] {
  return problems.map(
    ({ file, line, column, message }) => `${file.slice(root.length + 1)}:${line}:${column} ${message}`,
  )
}

for (const [version, specifier] of [
  ['zod 4', 'zod'],
  ['zod 3', 'zod/v3'],
] as const) {
  test(`a file as in the guide is taken without a package installed, with ${version}`, async () => {
    const result = await run({ 'schemas.ts': guide.replace("'zod'", `'${specifier}'`) })
    assert.deepEqual(told(result), [])
    const [schema, consumer] = result.definitions
    assert.ok(schema?.kind === 'public schema' && consumer?.kind === 'consumer schema')
    assert.deepEqual(
      [schema.name, schema.version, schema.dataStore],
      ['publish-customer', { major: 1, minor: 2 }, 'shop'],
    )
    assert.ok(schema.output !== undefined && 'jsonSchema' in schema.output)
    const { properties, required, type } = schema.output.jsonSchema
    const { note, ...plain } = Object(properties)
    assert.deepEqual(plain, {
      id: { type: 'number' },
      name: { type: 'string' },
      since: { type: 'string', format: 'date-time' },
      emails: { type: 'array', items: { type: 'string' } },
    })
    assert.match(JSON.stringify(note), /"string".*"null"/)
    assert.deepEqual([type, required], ['object', ['id', 'name', 'emails', 'note']])
    assert.deepEqual(
      schema.transformations.map(({ operation, table, sql }) => [operation, table, sql]),
      [
        ['insert', 'customer', 'SELECT id, name, since, emails, note FROM customer WHERE id = :id'],
        ['update', 'customer', 'SELECT id, name, since, emails, note FROM customer WHERE id = :id'],
        ['delete', 'customer', 'SELECT :id AS id'],
      ],
    )
    assert.deepEqual(consumer.reads, { manifest: '@shop/crm', name: 'publish-customer', majorVersion: 1 })
    assert.deepEqual([consumer.destination, consumer.sql?.sql], ['billing', 'INSERT INTO customer VALUES (:id)'])
    assert.equal(consumer.deleteSql?.sql, 'DELETE FROM customer WHERE id = :id')
  })
}

test('JSON Schema is taken as it is, from JavaScript, without a default export', async () => {
  const file = `import { createPublicSchema } from '@rejot-dev/contract/public-schema'
export const ignored = 7
export const schema = createPublicSchema('a', {
  source: { dataStoreSlug: 'shop' },
  outputSchema: { type: 'object', properties: { id: { type: 'integer', minimum: 1 } }, required: ['id'] },
  config: { publicSchemaType: 'postgres', transformations: [{ operation: 'insert', table: 'a', sql: 'select 1' }] },
  version: { major: 1, minor: 0 },
})`
  const result = await run({ 'schemas.mjs': file }, 'schemas.mjs')
  assert.deepEqual(told(result), [])
  assert.deepEqual(Object(result.definitions[0]).output, {
    jsonSchema: { type: 'object', properties: { id: { type: 'integer', minimum: 1 } }, required: ['id'] },
  })
})

test('packages that a project has installed are its own, and files are found as bundlers find them', async () => {
  const result = await run({
    'schemas.ts': "import { one } from './parts'\nimport two from './more/two.js'\nexport default [one, two]",
    'parts/index.ts':
      "import { createPublicSchema } from '@rejot-dev/contract/public-schema'\nexport const one = createPublicSchema('one')",
    'more/two.ts':
      "import { createPublicSchema } from '@rejot-dev/contract/public-schema'\nexport default createPublicSchema('two')",
    'node_modules/@rejot-dev/contract/package.json':
      '{"type":"module","exports":{"./public-schema":"./public-schema.js"}}',
    'node_modules/@rejot-dev/contract/public-schema.js': `export const createPublicSchema = (name) => ({
      name: 'their ' + name, source: { dataStoreSlug: 'a' }, outputSchema: {}, version: { major: 1, minor: 0 },
      config: { publicSchemaType: 'postgres', transformations: [] } })`,
  })
  assert.deepEqual(told(result), [])
  assert.deepEqual(
    result.definitions.map(({ name }) => name),
    ['their one', 'their two'],
  )
})

test('what a file throws is told with its line', async () => {
  assert.deepEqual(told(await run({ 'schemas.ts': '\n\nthrow new Error("not today")' })), [
    'schemas.ts:3:7 Cannot run it: not today',
  ])
  const empty = guide.replace(/\.addTransformation\([\s\S]*?\n {4}\.build/, '.build')
  assert.deepEqual(told(await run({ 'schemas.ts': empty })), [
    'schemas.ts:10:25 Cannot run it: Public schema "publish-customer" has no transformation',
  ])
  const [syntax = ''] = told(await run({ 'schemas.ts': 'const = 1' }))
  assert.match(syntax, /^schemas\.ts:1:\d+ Cannot run it: /)
})

test('what a file exports is looked at closely', async () => {
  assert.deepEqual(told(await run({ 'schemas.ts': 'export default 7' })), [
    'schemas.ts:1:1 It exports no schema: export default what createPublicSchema and createConsumerSchema give',
  ])
  const half =
    'export default { name: "a", source: { dataStoreSlug: "b" }, version: { major: 1 }, outputSchema: {}, config: {} }'
  const [message = ''] = told(await run({ 'schemas.ts': half }))
  assert.match(message, /^schemas\.ts:1:1 A schema is not whole: version\.minor: /)
})

test('a file that does not end is ended', async () => {
  const root = await mkdtemp(join(tmpdir(), 'rejot-typescript-test-'))
  after(() => rm(root, { recursive: true, force: true }))
  await writeFile(join(root, 'hangs.ts'), 'while (true) {}')
  const { problems } = await runDefinitionFile(join(root, 'hangs.ts'), root, 300)
  assert.deepEqual(
    problems.map(({ message }) => message),
    ['Cannot run it: It took longer than 0.3 s'],
  )
})

test('a file gets no variable, reads nothing outside of its workspace, and writes nothing', async () => {
  process.env.REJOT_TEST_SECRET = 'secret-7'
  after(() => {
    delete process.env.REJOT_TEST_SECRET
  })
  const outside = join(tmpdir(), `rejot-outside-${process.pid}.txt`)
  await writeFile(outside, 'secret-8')
  after(() => rm(outside, { force: true }))
  const file = (body: string) => `import { readFileSync, writeFileSync } from 'node:fs'\n${body}`
  const seen = await run({ 'schemas.ts': file('throw new Error(Object.keys(process.env).join())') })
  assert.equal(told(seen)[0]?.includes('REJOT_TEST_SECRET'), false)
  assert.equal(told(seen)[0]?.includes('PATH'), false)
  const read = await run({ 'schemas.ts': file(`throw new Error(readFileSync(${JSON.stringify(outside)}, 'utf8'))`) })
  assert.match(told(read).join(), /Access to this API has been restricted/)
  if (process.platform === 'linux') {
    // Where Linux has the environment of whoever started it.
    const parent = await run({ 'schemas.ts': file("readFileSync(['/proc', process.ppid, 'environ'].join('/'))") })
    assert.match(told(parent).join(), /Access to this API has been restricted/)
  }
  const written = await run({ 'schemas.ts': file("writeFileSync(new URL('made.txt', import.meta.url), 'x')") })
  assert.match(told(written).join(), /Access to this API has been restricted/)
  assert.equal(existsSync(join(written.root, 'made.txt')), false)
  const started = await run({ 'schemas.ts': "import { execSync } from 'node:child_process'\nexecSync('true')" })
  assert.match(told(started).join(), /Access to this API has been restricted/)
})
