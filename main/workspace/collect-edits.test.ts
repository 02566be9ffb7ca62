import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { runDefinitionFile } from '../../sync-core/definition-files/typescript/run-definition-file.ts'
import { readPipeline } from '../../sync-core/read-pipeline.ts'
import { type CollectEdits, createCollectEdits } from './collect-edits.ts'
import { openFileJournal } from './file-journal.ts'
import type { OpenWorkspace } from './open-workspace.ts'

const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  from: () => quiet,
}

const manifest = `{
  "slug": "shop",
  "manifestVersion": 1,
  "connections": [
    { "slug": "db", "config": { "connectionType": "postgres", "host": "localhost", "port": 1, "user": "u", "database": "d" } }
  ],
  "dataStores": [{ "connectionSlug": "db", "config": { "connectionType": "postgres", "slotName": "s", "publicationName": "p" } }]
}
`
const sqlFile = (sql = 'select id from customer where id = :id') => `-- rejot: public schema customers 1.0
-- data store: db
-- key: id
-- columns:
--   id int8 not null

-- rejot: changes of customer
${sql};
`
const program = `import { createPublicSchema } from '@rejot-dev/contract/public-schema'
export default createPublicSchema('orders', {
  source: { dataStoreSlug: 'db' },
  outputSchema: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'], 'x-rejot': { key: ['id'] } },
  config: { publicSchemaType: 'postgres', transformations: [
    { operation: 'insert', table: 'orders', sql: 'select id from orders where id = :id' },
    { operation: 'update', table: 'orders', sql: 'select id from orders where id = :id' } ] },
  version: { major: 1, minor: 0 },
})
`

interface Opened {
  readonly edits: CollectEdits
  readonly path: string
  readonly ran: string[]
}

/** A workspace in a folder of its own, inside a folder that is not part of it. */
async function opened(files: Readonly<Record<string, string>>): Promise<Opened> {
  const outside = await mkdtemp(join(tmpdir(), 'rejot-collect-'))
  after(() => rm(outside, { recursive: true, force: true }))
  const folder = join(outside, 'workspace')
  const path = join(folder, 'rejot-manifest.json')
  for (const [name, text] of Object.entries({ '.git/HEAD': '', 'rejot-manifest.json': manifest, ...files })) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  const inOpen = async <T>(work: (open: OpenWorkspace) => Promise<T>): Promise<T> =>
    work({ path, pipeline: (await readPipeline([path], {}, { whole: false })).pipeline })
  const ran: string[] = []
  const edits = createCollectEdits({
    change: inOpen,
    look: inOpen,
    journal: openFileJournal(join(outside, 'applying.json'), quiet),
    run: (file) => {
      ran.push(file)
      return runDefinitionFile(file, folder)
    },
  })
  return { edits, path, ran }
}

test('SQL files are taken in and back; a program is named, run only after a yes to its content, and then taken in too', async () => {
  const { edits, path, ran } = await opened({ 'schemas/customers.sql': sqlFile(), 'schemas/orders.ts': program })
  const first = await edits.look([])
  assert.deepEqual(ran, [])
  assert.deepEqual(first.problems, [])
  assert.deepEqual(
    first.effects.map(({ sentence }) => sentence),
    ['Public schema "customers" 1.0 is new, from schemas/customers.sql.'],
  )
  assert.deepEqual(
    first.programs.map(({ shown, ran: was }) => [shown, was]),
    [['schemas/orders.ts', false]],
  )
  await assert.rejects(edits.apply('something else'), /not what was shown last/)
  await edits.apply(first.mark)
  assert.match(readFileSync(path, 'utf8'), /"definitionFile": "schemas\/customers.sql"/)
  await edits.undo()
  assert.equal(readFileSync(path, 'utf8'), manifest)

  const [asked] = first.programs
  assert.ok(asked !== undefined)
  const changed = await edits.look([{ path: asked.path, hash: 'of what was there before' }])
  assert.deepEqual([ran, changed.programs[0]?.ran], [[], false])
  const second = await edits.look([asked])
  assert.deepEqual([ran.length, second.programs[0]?.ran, second.problems], [1, true, []])
  assert.deepEqual(
    second.effects.map(({ sentence }) => sentence),
    [
      'Public schema "customers" 1.0 is new, from schemas/customers.sql.',
      'Public schema "orders" 1.0 is new, from schemas/orders.ts.',
    ],
  )
  await writeFile(path, `${manifest}\n`)
  await assert.rejects(edits.apply(second.mark), /changed/)
  assert.equal(readFileSync(path, 'utf8'), `${manifest}\n`)
})

test('what is wrong stands at its place in the definition file, and is not applied', async () => {
  const { edits, path } = await opened({ 'customers.sql': sqlFile('select id\n  from from customer') })
  const { problems, mark } = await edits.look([])
  assert.equal(problems[0]?.place, 'customers.sql:9:8')
  await assert.rejects(edits.apply(mark), /not what was shown last/)
  assert.equal(readFileSync(path, 'utf8'), manifest)
})

test('a file outside of the workspace is neither read nor run', async () => {
  const named = manifest.replace(
    '"dataStores"',
    '"consumerSchemas": [{ "name": "c", "sourceManifestSlug": "a", "publicSchema": { "name": "b", "majorVersion": 1 }, "definitionFile": "../outside.ts", "config": { "consumerSchemaType": "postgres", "destinationDataStoreSlug": "db", "sql": "select 1" } }],\n  "dataStores"',
  )
  const { edits, path, ran } = await opened({ 'rejot-manifest.json': named })
  const outside = join(dirname(path), '..', 'outside.ts')
  await writeFile(outside, program)
  await symlink(outside, join(dirname(path), 'link.ts'))
  assert.ok(existsSync(outside))
  const look = await edits.look([])
  assert.match(look.problems[0]?.message ?? '', /outside of this workspace/)
  assert.deepEqual([look.programs, ran], [[], []])
})
