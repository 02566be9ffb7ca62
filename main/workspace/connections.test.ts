import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { planChange } from '../../sync-core/define.ts'
import { type ConnectionForm, type ConnectionSave, draftView } from '../contract/connection-edit.ts'
import { Refusal } from '../ipc/refusal.ts'
import type { Cipher } from '../vault/cipher.ts'
import { openVault } from '../vault/vault.ts'
import { type Connections, createConnections } from './connections.ts'
import { createManifest } from './create-manifest.ts'
import { openDraftBook } from './drafts.ts'
import { readWorkspace } from './read-workspace.ts'

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const password = 'correct-horse-battery'
const form: ConnectionForm = {
  slug: 'shop-db',
  host: 'db.example',
  port: '5433',
  user: 'rejot',
  database: 'shop',
  tls: 'verify-full',
  ca: '',
  cert: '',
  key: '',
  environment: 'production',
  use: 'source',
}
/** Turns bytes around: enough to see that nothing is written as it is. */
const cipher: Cipher = {
  strength: { kind: 'system', keeper: 'a test' },
  encrypt: async (secret) => Buffer.from(secret).map((byte) => 255 - byte),
  decrypt: async (bytes) => Buffer.from(bytes.map((byte) => 255 - byte)).toString(),
}

/** Real files in folders of their own; the program may be "restarted" over them. */
async function opened(manifest?: string) {
  const data = mkdtempSync(join(tmpdir(), 'rejot-connections-'))
  const folder = mkdtempSync(join(tmpdir(), 'rejot-shop-'))
  const path = await createManifest(folder)
  if (manifest !== undefined) writeFileSync(path, manifest)
  const start = () => {
    const vault = openVault({ path: join(data, 'vault.json'), cipher, log })
    const drafts = openDraftBook(join(data, 'drafts.json'), draftView)
    const read = async () => readWorkspace(path, {}, (await vault).all())
    const connections = createConnections({
      change: async (work) => work({ path, pipeline: (await read()).pipeline }),
      openPath: () => path,
      showDrafts: () => undefined,
      vault,
      drafts,
      plan: ({ files, objects, source }) =>
        planChange({
          manifestPaths: [path],
          files: new Map(files),
          secrets: {},
          passwords: [],
          stateDir: join(data, 'state'),
          source,
          objects,
        }),
      now: () => 42,
    })
    return { vault, drafts, connections, read }
  }
  const files = () => [folder, data].flatMap((place) => readdirSync(place).map((name) => join(place, name)))
  return {
    ...start(),
    start,
    path,
    settings: join(folder, 'rejot-desktop.json'),
    files,
    text: () => readFileSync(path, 'utf8'),
  }
}

/** As a person saves: what would be written is looked at first. */
async function saveOf(connections: Connections, input: ConnectionSave): Promise<{ id: string }> {
  const { mark } = await connections.review(input)
  return connections.save({ ...input, reviewed: mark })
}

async function removeOf(connections: Connections, id: string): Promise<void> {
  const { mark } = await connections.reviewRemoval(id)
  await connections.remove({ id, reviewed: mark })
}

const refused = (words: RegExp) => (error: unknown) => error instanceof Refusal && words.test(error.message)
const typed = { kind: 'typed', password } as const
const save = { draft: 'd', form, password: typed }

test('what is saved is read back with its password, which stands in no file', async () => {
  const { connections, start, files } = await opened()
  const { id } = await saveOf(connections, save)
  assert.match(id, /\/shop-db$/)
  const { pipeline, problems } = await start().read()
  assert.deepEqual(problems, [])
  const [connection] = pipeline.manifests.flatMap((manifest) => manifest.connections)
  assert.equal(connection?.password, password)
  assert.deepEqual(connection?.ssl, { mode: 'verify-full' })
  assert.equal(connection?.environment, 'production')
  for (const file of files()) assert.equal(readFileSync(file, 'utf8').includes(password), false, file)
})

test('where a file leads elsewhere the password is not handed out until that is confirmed', async () => {
  const { connections, read, path, text } = await opened()
  const { id } = await saveOf(connections, save)
  writeFileSync(path, text().replace('db.example', 'evil.example'))
  const passwordNow = async () => (await read()).pipeline.manifests[0]?.connections[0]?.password
  assert.equal(await passwordNow(), undefined)
  await assert.rejects(
    saveOf(connections, {
      ...save,
      form: { ...form, host: 'other.example' },
      connection: id,
      password: { kind: 'kept' },
    }),
    refused(/typed for another place/),
  )
  await connections.confirmPassword(id)
  assert.equal(await passwordNow(), password)
})

test('a draft and its password survive a restart, and are gone once saved', async () => {
  const { connections, start, path, files } = await opened()
  const unfinished = { ...form, host: '' }
  await connections.saveDraft({ id: 'd', form: unfinished, tested: 'failed', password })
  const later = start()
  assert.deepEqual(later.drafts.of(path), [
    { id: 'd', form: unfinished, tested: 'failed', savedAt: 42, hasPassword: true },
  ])
  for (const file of files()) assert.equal(readFileSync(file, 'utf8').includes(password), false, file)
  await saveOf(later.connections, { draft: 'd', form, password: { kind: 'kept' } })
  assert.equal((await later.read()).pipeline.manifests[0]?.connections[0]?.password, password)
  assert.deepEqual(start().drafts.of(path), [])
})

test('a draft that can be read as a connection is one, with its password', async () => {
  const { connections, path } = await opened()
  await connections.saveDraft({ id: 'd', form, password })
  assert.equal((await connections.draft(path, 'd'))?.password, password)
  await connections.saveDraft({ id: 'd', form: { ...form, port: 'x' } })
  assert.equal(await connections.draft(path, 'd'), undefined)
})

test('removing takes it out of both files and can be undone, password and all', async () => {
  const { connections, text, settings, read, vault } = await opened()
  const { id } = await saveOf(connections, save)
  const before = [text(), readFileSync(settings, 'utf8')]
  const { files, effects, problems, mark } = await connections.reviewRemoval(id)
  assert.deepEqual([text(), readFileSync(settings, 'utf8')], before)
  assert.deepEqual(problems, [])
  assert.deepEqual(
    files.map((file) => [file.path, file.before]),
    [
      ['rejot-manifest.json', before[0]],
      ['rejot-desktop.json', before[1]],
    ],
  )
  assert.deepEqual(
    effects.map(({ sentence }) => sentence),
    ['Its password is taken out of a test.', 'Nothing is done at shop on db.example:5433: what is there stays.'],
  )
  await assert.rejects(connections.remove({ id, reviewed: 'another' }), refused(/changed since this was shown/))
  await connections.remove({ id, reviewed: mark })
  assert.deepEqual(
    files.map(({ after }) => after),
    [text(), readFileSync(settings, 'utf8')],
  )
  assert.equal(text().includes('shop-db'), false)
  assert.deepEqual((await vault).all(), [])
  await connections.undo()
  assert.deepEqual([text(), readFileSync(settings, 'utf8')], before)
  assert.equal((await read()).pipeline.manifests[0]?.connections[0]?.password, password)
})

test('a removal is not taken back over what somebody wrote since', async () => {
  const { connections, path, text } = await opened()
  const { id } = await saveOf(connections, save)
  await removeOf(connections, id)
  writeFileSync(path, text().replace('"manifestVersion": 1', '"manifestVersion":  1'))
  await assert.rejects(connections.undo(), /changed meanwhile/)
})

const used = {
  slug: 'shop',
  manifestVersion: 1,
  connections: [
    {
      slug: 'shop-db',
      config: { connectionType: 'postgres', host: 'db.example', port: 5433, user: 'rejot', database: 'shop' },
    },
  ],
  dataStores: [
    { connectionSlug: 'shop-db', config: { connectionType: 'postgres', slotName: 's', publicationName: 'p' } },
  ],
  publicSchemas: [
    {
      name: 'orders',
      version: { major: 1, minor: 0 },
      source: { dataStoreSlug: 'shop-db' },
      outputSchema: {
        type: 'object',
        properties: { id: { type: 'integer' } },
        required: ['id'],
        'x-rejot': { key: ['id'] },
      },
      config: {
        publicSchemaType: 'postgres',
        transformations: [{ operation: 'insert', table: 'orders', sql: 'select id from orders where id = :id' }],
      },
    },
  ],
}

test('what a schema uses is neither removed nor made a destination only, in words', async () => {
  const { connections, text } = await opened(JSON.stringify(used))
  const before = text()
  const change = { draft: 'd', connection: 'shop/shop-db', password: { kind: 'none' } } as const
  const { problems, files } = await connections.reviewRemoval('shop/shop-db')
  assert.deepEqual([problems.map(({ message }) => message), files], [['Cannot remove shop-db: orders uses it'], []])
  await assert.rejects(connections.remove({ id: 'shop/shop-db', reviewed: '' }), refused(/orders uses it/))
  await assert.rejects(
    saveOf(connections, { ...change, form: { ...form, use: 'destination' } }),
    refused(/orders is published/),
  )
  assert.equal(text(), before)
})

test('a manifest that was written by hand is the same, byte by byte, after a connection was opened and saved', async () => {
  const text = `{\r\n\t"manifestVersion": 1, "slug": "@harbor/shop",\r\n\t"connections": [ { "config": { "user": "rejot",
\t\t"password": "", "port": 5433, "host": "db.example", "database": "shop", "connectionType": "postgres" },\r\n\t\t"slug": "shop-db" } ],
  "dataStores": [ { "config": { "publicationName": "p", "connectionType": "postgres", "slotName": "s" }, "connectionSlug": "shop-db" } ] }`
  const { connections, read, text: now, settings } = await opened(text)
  assert.deepEqual((await read()).problems, [])
  const untouched: ConnectionForm = { ...form, tls: 'address', environment: undefined, use: 'source' }
  await saveOf(connections, {
    draft: 'd',
    form: untouched,
    connection: '@harbor/shop/shop-db',
    password: { kind: 'kept' },
  })
  assert.equal(now(), text)
  assert.equal(existsSync(settings), false)
})

test('a taken name and a form that is not finished are refused, and nothing is written', async () => {
  const { connections, text, settings } = await opened(JSON.stringify(used))
  const before = text()
  await assert.rejects(saveOf(connections, save), refused(/has one called shop-db already/))
  await assert.rejects(saveOf(connections, { ...save, form: { ...form, host: 'a,b' } }), refused(/host: One host only/))
  assert.equal(text(), before)
  assert.equal(existsSync(settings), false)
})

test('a manifest that is half written is refused with its place, and kept', async () => {
  const { connections, path } = await opened(JSON.stringify(used))
  writeFileSync(path, '{"slug":')
  await assert.rejects(saveOf(connections, { ...save, connection: 'shop/shop-db' }), Refusal)
  assert.equal(readFileSync(path, 'utf8'), '{"slug":')
})

test('what is written was shown: files before and after, and where the password goes; else nothing is', async () => {
  const { connections, text, settings, path } = await opened()
  const before = text()
  const { files, effects, mark } = await connections.review(save)
  assert.deepEqual([text(), existsSync(settings)], [before, false])
  await assert.rejects(connections.save({ ...save, reviewed: 'another' }), refused(/changed since this was shown/))
  assert.deepEqual(effects, [{ severity: 'note', sentence: 'The password is kept in a test, and stands in no file.' }])
  writeFileSync(path, before.replace('"manifestVersion": 1', '"manifestVersion":  1'))
  await assert.rejects(connections.save({ ...save, reviewed: mark }), refused(/changed since this was shown/))
  assert.equal(existsSync(settings), false)
  writeFileSync(path, before)
  await connections.save({ ...save, reviewed: mark })
  assert.deepEqual(
    files.map((file) => [file.path, file.before, file.after]),
    [
      ['rejot-manifest.json', before, text()],
      ['rejot-desktop.json', undefined, readFileSync(settings, 'utf8')],
    ],
  )
  for (const file of files) assert.equal(file.after?.includes(password), false)
})

test('a saving is taken back: files, passwords, and the draft as it was', async () => {
  const { connections, text, settings, vault, drafts, path } = await opened()
  const empty = text()
  const { id } = await saveOf(connections, save)
  await connections.undo()
  assert.deepEqual([text(), existsSync(settings)], [empty, false])
  assert.deepEqual(drafts.of(path), [{ id: 'd', form, savedAt: 42, hasPassword: true }])
  await assert.rejects(connections.undo(), refused(/Nothing was changed/))

  await saveOf(connections, { ...save, password: { kind: 'kept' } })
  const first = text()
  const renamed = { ...save, connection: id, form: { ...form, slug: 'other-db' }, password: { kind: 'kept' } } as const
  await saveOf(connections, renamed)
  assert.deepEqual(
    (await vault).all().map(({ slug }) => slug),
    ['other-db'],
  )
  await connections.undo()
  assert.equal(text(), first)
  assert.deepEqual(
    (await vault).all().map(({ slug }) => slug),
    ['shop-db'],
  )
})

test('another name goes to all that use it: schemas, their definition files, and in words to those elsewhere', async () => {
  const sql = '-- rejot: public schema orders 1.0\n-- data store: shop-db\n-- key: id\n'
  const [orders] = used.publicSchemas
  const manifest = {
    ...used,
    publicSchemas: [{ ...orders, definitionFile: 'orders.sql' }],
    consumerSchemas: [
      {
        name: 'count-orders',
        sourceManifestSlug: 'shop',
        publicSchema: { name: 'orders', majorVersion: 1 },
        definitionFile: 'count.ts',
        config: { consumerSchemaType: 'postgres', destinationDataStoreSlug: 'shop-db', sql: 'select :id' },
      },
    ],
    workspaces: ['crm/rejot-manifest.json'],
  }
  const crm = { ...manifest, slug: 'crm', connections: [], dataStores: [], publicSchemas: [], workspaces: [] }
  const { connections, path, text } = await opened(JSON.stringify(manifest))
  const folder = dirname(path)
  writeFileSync(join(folder, 'orders.sql'), sql)
  mkdirSync(join(folder, 'crm'))
  writeFileSync(join(folder, 'crm', 'rejot-manifest.json'), JSON.stringify(crm))
  const change = {
    draft: 'd',
    connection: 'shop/shop-db',
    form: { ...form, slug: 'sales-db' },
    password: { kind: 'none' },
  } as const
  const { files, effects } = await connections.review(change)
  assert.deepEqual(
    files.map((file) => file.path),
    ['rejot-manifest.json', 'rejot-desktop.json', 'orders.sql'],
  )
  const sentences = effects.map(({ severity, sentence }) => `${severity}: ${sentence}`)
  assert.match(sentences[0] ?? '', /^warning: count-orders of crm writes into shop-db too/)
  assert.match(sentences[1] ?? '', /^warning: count\.ts is a program/)
  assert.match(sentences[2] ?? '', /^warning: .*sales-db begins anew, and all rows of orders are copied again/)
  assert.match(sentences[4] ?? '', /^note: orders and count-orders are changed to say sales-db/)
  await saveOf(connections, change)
  assert.equal(text(), JSON.stringify(manifest).replaceAll('shop-db', 'sales-db'))
  assert.equal(readFileSync(join(folder, 'orders.sql'), 'utf8'), sql.replace('shop-db', 'sales-db'))
  await connections.undo()
  assert.equal(text(), JSON.stringify(manifest))
  assert.equal(readFileSync(join(folder, 'orders.sql'), 'utf8'), sql)
})
