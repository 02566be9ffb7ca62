import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type SchemaDraft, schemaDraft } from '../contract/schema-edit.ts'
import { Refusal } from '../ipc/refusal.ts'
import { openDraftBook } from './drafts.ts'
import { readWorkspace } from './read-workspace.ts'
import { createSchemaDrafts } from './schema-drafts.ts'

const manifest = {
  slug: '@shop/orders',
  manifestVersion: 1,
  connections: [
    {
      slug: 'shop-db',
      config: { connectionType: 'postgres', host: '127.0.0.1', port: 5432, user: 'shop', database: 'shop' },
    },
  ],
  dataStores: [
    { connectionSlug: 'shop-db', config: { connectionType: 'postgres', slotName: 'shop', publicationName: 'shop' } },
  ],
  publicSchemas: [
    {
      name: 'orders',
      source: { dataStoreSlug: 'shop-db' },
      version: { major: 1, minor: 2 },
      outputSchema: {
        type: 'object',
        properties: { id: { type: 'integer', 'x-postgres-type': 'integer' }, note: { type: ['string', 'null'] } },
        required: ['id', 'note'],
        'x-rejot': { key: ['id'], owner: 'Shop team', tags: ['core'], deprecated: 'Use 2.' },
      },
      config: {
        publicSchemaType: 'postgres',
        transformations: ['insert', 'update'].map((operation) => ({
          operation,
          table: 'orders',
          sql: 'select id, note from orders where id = :id',
        })),
      },
    },
  ],
  consumerSchemas: [
    {
      name: 'copy',
      sourceManifestSlug: '@shop/orders',
      publicSchema: { name: 'orders', majorVersion: 1 },
      config: {
        consumerSchemaType: 'postgres',
        destinationDataStoreSlug: 'shop-db',
        sql: 'insert into copy (id) values (:id) on conflict do nothing',
      },
    },
  ],
}

async function opened() {
  const folder = mkdtempSync(join(tmpdir(), 'rejot-schema-drafts-'))
  const path = join(folder, 'rejot-manifest.json')
  const write = (next: typeof manifest) => writeFileSync(path, JSON.stringify(next))
  write(manifest)
  const book = join(folder, 'drafts.json')
  const start = async () => {
    const drafts = createSchemaDrafts({
      book: openDraftBook(book, schemaDraft),
      show: () => undefined,
      now: () => 42,
    })
    const read = async () => drafts.read(path, (await readWorkspace(path, {}, [])).pipeline.manifests)
    await read()
    return { drafts, read }
  }
  return { ...(await start()), start, path, book, write }
}

const renamed = (name: string) => ({
  ...manifest,
  publicSchemas: manifest.publicSchemas.map((schema) => ({ ...schema, name })),
})

test('a saved schema is read as the form that its editor shows', async () => {
  const { drafts } = await opened()
  assert.deepEqual(drafts.form('@shop/orders/orders@1'), {
    kind: 'public',
    form: {
      name: 'orders',
      manifest: '@shop/orders',
      connection: 'shop-db',
      major: 1,
      minor: 2,
      transformations: [{ table: 'orders', sql: 'select id, note from orders where id = :id' }],
      columns: [
        { name: 'id', postgresType: 'integer', nullable: false },
        { name: 'note', nullable: true },
      ],
      key: ['id'],
      owner: 'Shop team',
      tags: ['core'],
      access: [],
      deprecated: { note: 'Use 2.' },
      notTracked: [],
    },
  })
  assert.deepEqual(drafts.form('@shop/orders/copy').form, {
    name: 'copy',
    manifest: '@shop/orders',
    source: { manifest: '@shop/orders', name: 'orders', major: 1 },
    connection: 'shop-db',
    sql: 'insert into copy (id) values (:id) on conflict do nothing',
    start: 'everything',
    policy: 'park',
  })
  assert.throws(() => drafts.form('@shop/orders/gone@1'), Refusal)
})

test('a draft is on disk when it is kept, and there again after a restart', async () => {
  const { drafts, start, path } = await opened()
  const { form } = drafts.form('@shop/orders/copy')
  await drafts.save({ workspace: path, draft: { id: 'd', kind: 'consumer', form } as SchemaDraft })
  const again = await start()
  assert.deepEqual(
    again.drafts.of(path).map(({ id, savedAt }) => ({ id, savedAt })),
    [{ id: 'd', savedAt: 42 }],
  )
  assert.deepEqual(again.drafts.of('/elsewhere'), [])
  await again.drafts.discard('d')
  assert.deepEqual((await start()).drafts.of(path), [])
})

test('a draft of another version is left out and the others stay', async () => {
  const { drafts, start, path, book } = await opened()
  const { form } = drafts.form('@shop/orders/copy')
  await drafts.save({ workspace: path, draft: { id: 'd', kind: 'consumer', form } as SchemaDraft })
  writeFileSync(book, JSON.stringify([...JSON.parse(readFileSync(book, 'utf8')), { workspace: path, kind: 'wish' }]))
  assert.equal((await start()).drafts.of(path).length, 1)
})

test('what the files say since is shown beside the draft', async () => {
  const { drafts, read, path, write } = await opened()
  const id = '@shop/orders/orders@1'
  const { form } = drafts.form(id)
  const draft = { id: 'd', kind: 'public', schema: id, form: { ...form, name: 'mine' }, base: form } as SchemaDraft
  await drafts.save({ workspace: path, draft })
  assert.equal(drafts.of(path)[0]?.outside, undefined)

  const [schema] = manifest.publicSchemas
  if (schema === undefined) throw new Error('no schema')
  write({ ...manifest, publicSchemas: [{ ...schema, version: { major: 1, minor: 3 } }] })
  await read()
  assert.deepEqual(drafts.of(path)[0]?.outside?.form, { ...form, minor: 3 })

  write(renamed('other'))
  await read()
  assert.deepEqual(drafts.of(path)[0]?.outside, {})
})

test('a definition file that somebody edits is what the schema is to say, and is told', async () => {
  const { drafts, read, path, write } = await opened()
  const id = '@shop/orders/copy'
  const [consumer] = manifest.consumerSchemas
  if (consumer === undefined) throw new Error('no consumer')
  const named = { ...consumer, definitionFile: 'copy.sql' }
  write({ ...manifest, consumerSchemas: [named] })
  const file = join(path, '..', 'copy.sql')
  const text = (sql: string) => `-- rejot: consumer schema copy\n\n-- rejot: insert or update\n${sql};\n`
  writeFileSync(file, text(consumer.config.sql))
  assert.deepEqual(await read(), [file])
  assert.deepEqual(drafts.changedFiles(), [])

  writeFileSync(file, text('insert into other (id) values (:id)'))
  await read()
  assert.deepEqual(drafts.changedFiles(), [id])
  const { form } = drafts.form(id)
  await drafts.save({
    workspace: path,
    draft: { id: 'd', kind: 'consumer', schema: id, form, base: form } as SchemaDraft,
  })
  const [draft] = drafts.of(path)
  assert.equal(draft?.kind === 'consumer' && draft.outside?.form?.sql, 'insert into other (id) values (:id)')
  // Half written, it says nothing, and is still looked at.
  writeFileSync(file, '-- rejot: consumer sch')
  assert.deepEqual(await read(), [file])
  assert.deepEqual(drafts.changedFiles(), [])
})
