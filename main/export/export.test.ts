import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { publishedFault } from '../../sync-core/testing/published-format.ts'
import { Refusal } from '../ipc/refusal.ts'
import { planExport, writeExport } from './export-to-folder.ts'
import { readExport } from './read-export.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'rejot-export-'))
  after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), content)
  }
}

const secret = 'correct-horse-battery'
const connection = (slug: string, password: string, connectionType = 'postgres') =>
  `{ "slug": "${slug}", "config": { "connectionType": "${connectionType}", "host": "db", "port": 1, "user": "u", "password": "${password}", "database": "d" } }`
const manifest = (...connections: readonly string[]) => `{
\t"slug": "crm", "manifestVersion": 1, "x-digits": 1.50,
\t"connections": [ ${connections.join(', ')} ],
\t"publicSchemas": [], "consumerSchemas": [ ${consumer} ],
\t"dataStores": []
}`
const consumer = `{ "name": "c", "sourceManifestSlug": "crm", "publicSchema": { "name": "p", "majorVersion": 1 },
\t\t"definitionFile": "sql/c.sql", "config": { "consumerSchemaType": "postgres", "destinationDataStoreSlug": "a-db", "sql": "select 1" } }`

/** A repository with a workspace, and things that are nobody's business. */
function workspace(text = manifest(connection('a-db', secret), connection('b-db', '$' + '{env:REJOT_OTHER}'))): string {
  const root = folder()
  write(root, {
    '.git/HEAD': '',
    'README.md': 'theirs',
    'data/.env': `PASSWORD=${secret}`,
    'data/rejot-manifest.json': text,
    'data/rejot-desktop.json': '{ "connections": { "a-db": { "environment": "production" } } }',
    'data/sql/c.sql': 'insert into c values (:id)',
    'data/sql/unnamed.sql': 'drop table c',
  })
  return join(root, 'data', 'rejot-manifest.json')
}

const refused = (words: RegExp) => (error: unknown) => error instanceof Refusal && words.test(error.message)

test('our files go to a folder, without passwords, in their own layout, and nothing else does', async () => {
  const path = workspace()
  const target = folder()
  const plan = await planExport(await readExport([path]), target, [path])
  assert.deepEqual(
    plan.files.map(({ path, state }) => `${path} ${state}`),
    ['rejot-desktop.json new', 'rejot-manifest.json new', 'sql/c.sql new'],
  )
  assert.deepEqual([readdirSync(target), plan.notes], [[], []])
  await writeExport(plan)
  const text = readFileSync(join(target, 'rejot-manifest.json'), 'utf8')
  assert.equal(text, readFileSync(path, 'utf8').replace(secret, '$' + '{env:REJOT_A_DB_PASSWORD}'))
  assert.equal(publishedFault(text.replace('"x-digits": 1.50,', '')), undefined)
  assert.deepEqual(readdirSync(target, { recursive: true }).toSorted(), [
    'rejot-desktop.json',
    'rejot-manifest.json',
    'sql',
    'sql/c.sql',
  ])
})

test('what is there is shown before it is replaced, and not replaced when it changes meanwhile', async () => {
  const path = workspace()
  const target = folder()
  write(target, { 'sql/c.sql': 'insert into c values (:id)', 'rejot-manifest.json': '{}', 'other.txt': 'theirs' })
  const plan = await planExport(await readExport([path]), target, [path])
  assert.deepEqual(
    plan.files.map(({ path, state }) => `${path} ${state}`),
    ['rejot-desktop.json new', 'rejot-manifest.json replaces', 'sql/c.sql same'],
  )
  write(target, { 'rejot-manifest.json': '{"slug": "somebody"}' })
  await assert.rejects(writeExport(plan), /it was changed meanwhile/)
  assert.equal(readFileSync(join(target, 'rejot-manifest.json'), 'utf8'), '{"slug": "somebody"}')
  await writeExport(await planExport(await readExport([path]), target, [path]))
  assert.match(readFileSync(join(target, 'rejot-manifest.json'), 'utf8'), /"slug": "crm"/)
  assert.equal(readFileSync(join(target, 'other.txt'), 'utf8'), 'theirs')
})

test('any other secret stops it, and is named by its place alone', async () => {
  const path = workspace()
  write(dirname(path), { 'sql/c.sql': `insert into c values (:id);\n-- postgres://u:${secret}@db/d` })
  await assert.rejects(readExport([path]), (error) => {
    assert.ok(error instanceof Refusal)
    assert.equal(error.message, 'Cannot export: line 2 of data/sql/c.sql holds an address with a password')
    return !JSON.stringify(error.failure).includes(secret)
  })
})

test('MySQL parts are said: they do not validate in the published format', async () => {
  const exported = await readExport([workspace(manifest(connection('a-db', ''), connection('m-db', secret, 'mysql')))])
  assert.deepEqual(exported.notes, [
    'Connection "m-db" is MySQL, which ReJot\'s published format does not know: other tools may refuse the manifest.',
  ])
  const text = exported.files.find((file) => file.path === 'rejot-manifest.json')?.text ?? ''
  assert.notEqual(publishedFault(text), undefined)
  assert.equal(text.includes(secret), false)
})

test('nothing is written into the workspace itself, nor out of the folder by a link', async () => {
  const path = workspace()
  const exported = await readExport([path])
  await assert.rejects(planExport(exported, dirname(path), [path]), refused(/the workspace itself is there/))
  const [target, elsewhere] = [folder(), folder()]
  symlinkSync(elsewhere, join(target, 'sql'))
  await assert.rejects(planExport(exported, target, [path]), refused(/leads out of it, by a link/))
  assert.equal(existsSync(join(elsewhere, 'c.sql')), false)
})

test('manifests of one repository keep their places to each other; a half-written one is refused with its place', async () => {
  const path = workspace()
  const other = join(dirname(path), '..', 'teams', 'rejot-manifest.json')
  write(dirname(other), { 'rejot-manifest.json': '{ "slug": "teams", "manifestVersion": 1 }' })
  const { files } = await readExport([path, other])
  assert.deepEqual(
    files.map((file) => file.path),
    ['data/rejot-desktop.json', 'data/rejot-manifest.json', 'data/sql/c.sql', 'teams/rejot-manifest.json'],
  )
  write(dirname(other), { 'rejot-manifest.json': '{ "slug": ' })
  await assert.rejects(readExport([path, other]), refused(/only half written/))
})
