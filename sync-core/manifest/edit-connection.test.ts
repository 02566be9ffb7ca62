import assert from 'node:assert/strict'
import { test } from 'node:test'
import { replicationNames } from '../domain/connection.ts'
import { publishedFault } from '../testing/published-format.ts'
import { type ConnectionEdit, removeConnection, writeConnection } from './edit-connection.ts'
import { parseManifest } from './parse-manifest.ts'
import { readSettings, withSettings } from './read-settings.ts'

const empty = `{
  "slug": "shop",
  "manifestVersion": 1,
  "connections": [],
  "dataStores": [],
  "publicSchemas": [],
  "consumerSchemas": []
}
`

const edit: ConnectionEdit = {
  former: undefined,
  slug: 'shop-db',
  host: 'db.example',
  port: 5433,
  user: 'rejot',
  database: 'shop "ü"',
  ssl: { mode: 'verify-ca', ca: '/repositories/shop/certs/ca.pem' },
  environment: 'production',
  replication: replicationNames('shop', 'shop-db'),
  password: 'variable',
}
const folder = '/repositories/shop'

/** As the engine reads it. */
function read(manifest: string, settings: string | undefined) {
  const parsed = parseManifest(manifest, `${folder}/rejot-manifest.json`, { REJOT_SHOP_DB_PASSWORD: 'p' })
  assert.deepEqual(parsed.problems, [])
  assert.ok(parsed.manifest)
  if (settings === undefined) return parsed.manifest
  const read = readSettings(settings, `${folder}/rejot-desktop.json`, parsed.manifest)
  assert.deepEqual(read.problems, [])
  return withSettings(parsed.manifest, read)
}

test('a new connection is read back as it was entered, its password as a variable', () => {
  const texts = writeConnection({ manifest: empty, settings: undefined }, edit, folder)
  const { connections, dataStores } = read(texts.manifest, texts.settings)
  const { ssl, environment, host, port, user, database } = edit
  assert.deepEqual(connections, [
    {
      engine: 'postgres',
      slug: 'shop-db',
      manifest: 'shop',
      host,
      port,
      user,
      database,
      password: 'p',
      ssl,
      environment,
    },
  ])
  assert.deepEqual(dataStores, [
    { connection: 'shop-db', replication: { slotName: 'rejot_shop_shop_db', publicationName: 'rejot_shop_shop_db' } },
  ])
  assert.match(texts.manifest, /"password": "\$\{env:REJOT_SHOP_DB_PASSWORD\}"/)
  assert.match(texts.settings ?? '', /"ca": "certs\/ca.pem"/)
})

test('what is written is in the published format, with a password and without one', () => {
  for (const password of ['variable', 'untouched'] as const) {
    const { manifest } = writeConnection({ manifest: empty, settings: undefined }, { ...edit, password }, folder)
    assert.equal(publishedFault(manifest), undefined)
  }
})

test('a destination without TLS settings and label makes no settings file', () => {
  const plain = { ...edit, ssl: undefined, environment: undefined, replication: undefined }
  const texts = writeConnection({ manifest: empty, settings: undefined }, plain, folder)
  assert.equal(texts.settings, undefined)
  assert.deepEqual(read(texts.manifest, undefined).dataStores, [])
})

const handwritten = `{
    "slug": "shop", "manifestVersion": 1,
    "connections": [
        { "slug": "first", "config": { "connectionType": "postgres", "host": "a", "port": 1, "user": "u", "database": "d" }, "x-note": 1.50 },
        { "config": { "port": 2, "host": "b", "connectionType": "postgres", "password": "plain", "user": "u", "database": "d", "x-pool": 3 }, "slug": "second" }
    ],
    "dataStores": [{ "connectionSlug": "second", "config": { "connectionType": "postgres", "slotName": "s", "publicationName": "p", "tables": ["t"] } }]
}
`
const settings = `{"history": {"days": 3},\n "connections": {"second": {"walMegabytes": 500, "ssl": "require"}, "first": {"environment": "staging"}}}\n`

test('a change touches what changed: other connections, unknown fields, order and layout stay', () => {
  const second = { ...edit, former: 'second', slug: 'second', host: 'c', port: 2, user: 'u', database: 'd' }
  const texts = writeConnection({ manifest: handwritten, settings }, { ...second, password: 'untouched' }, folder)
  assert.equal(texts.manifest, handwritten.replace('"host": "b"', '"host": "c"'))
  assert.deepEqual(JSON.parse(texts.settings ?? ''), {
    history: { days: 3 },
    connections: {
      second: { walMegabytes: 500, ssl: { mode: 'verify-ca', ca: 'certs/ca.pem' }, environment: 'production' },
      first: { environment: 'staging' },
    },
  })
})

test('what says the same already is the same text', () => {
  const texts = writeConnection({ manifest: empty, settings: undefined }, edit, folder)
  assert.deepEqual(writeConnection(texts, { ...edit, former: 'shop-db' }, folder), texts)
})

test('a password that stood in the manifest goes when another is kept', () => {
  const second = { ...edit, former: 'second', slug: 'second' }
  const { manifest } = writeConnection({ manifest: handwritten, settings }, second, folder)
  assert.equal(manifest.includes('plain'), false)
  assert.match(manifest, /REJOT_SECOND_PASSWORD/)
})

test('another name moves the data store and the settings along', () => {
  const second = { ...edit, former: 'second', slug: 'renamed' }
  const texts = writeConnection({ manifest: handwritten, settings }, second, folder)
  assert.deepEqual(JSON.parse(texts.manifest).dataStores, [
    {
      connectionSlug: 'renamed',
      config: { connectionType: 'postgres', slotName: 's', publicationName: 'p', tables: ['t'] },
    },
  ])
  assert.equal(JSON.parse(texts.settings ?? '').connections.renamed.walMegabytes, 500)
})

test('removing takes connection, data store and settings away, and nothing else', () => {
  const texts = writeConnection({ manifest: handwritten, settings }, edit, folder)
  const after = removeConnection(texts, 'shop-db')
  assert.deepEqual(after, { manifest: handwritten, settings })
})

test('names of slots are what Postgres allows, however long the slugs are', () => {
  const { slotName } = replicationNames('@Acme/Größe', 'x'.repeat(80))
  assert.match(slotName, /^[a-z0-9_]{63}$/)
})
