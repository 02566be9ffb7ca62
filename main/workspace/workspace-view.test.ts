import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { workspaceView } from '../contract/contract.ts'
import { readWorkspace } from './read-workspace.ts'
import { viewWorkspace } from './workspace-view.ts'

const fileName = 'rejot-manifest.json'

/** A repository of two teams, and beside it a folder that is nobody's business. */
function repository() {
  const outside = realpathSync(mkdtempSync(join(tmpdir(), 'rejot-view-')))
  const root = join(outside, 'harbor')
  mkdirSync(join(root, '.git'), { recursive: true })
  const write = (path: string, manifest: object) => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, JSON.stringify(manifest))
    return path
  }
  return { outside, root, write }
}

async function view(path: string) {
  const { pipeline, problems } = await readWorkspace(path, {}, [])
  const summary = { path, name: 'harbor', folder: dirname(path), sample: false, openedAt: 1 }
  // Parsed as main does before it leaves: a field too many would be lost, one too few refused.
  return workspaceView.parse(viewWorkspace(summary, { pipeline, problems }, () => 'none'))
}

const connection = (slug: string) => ({
  slug,
  config: { connectionType: 'postgres', host: '127.0.0.1', port: 5432, user: 'u', password: 'p', database: slug },
})

const text = { type: 'string', 'x-postgres-type': 'text' }
const sql = `select a.id, a.name, (select count(*) from visit v where v.account_id = a.id) as visits, (select max(b.at) from ban b) as banned from account a where a.id = :id`

function publish(version: readonly [major: number, minor: number], columns: object, more: object = {}) {
  const [major, minor] = version
  return {
    name: 'publish-account',
    source: { dataStoreSlug: 'accounts-db' },
    version: { major, minor },
    outputSchema: {
      type: 'object',
      properties: columns,
      required: Object.keys(columns),
      'x-rejot': { key: ['id'], owner: 'Identity team', tags: ['people', 7, 'core'], notTracked: ['visit'], ...more },
    },
    config: { publicSchemaType: 'postgres', transformations: [{ operation: 'insert', table: 'account', sql }] },
  }
}

const accounts = {
  slug: '@harbor/accounts',
  manifestVersion: 1,
  connections: [connection('accounts-db')],
  dataStores: [
    {
      connectionSlug: 'accounts-db',
      config: { connectionType: 'postgres', slotName: 'rejot_slot', publicationName: 'rejot_publication' },
    },
  ],
  publicSchemas: [
    publish([1, 0], { id: text }, { deprecated: 'Use 2.' }),
    publish([1, 1], { id: text, name: { ...text, description: 'As written.' } }, { deprecated: 'Use 2.' }),
    publish([2, 0], { id: { ...text, 'x-postgres-type': 'uuid' }, name: text }),
  ],
}

const consumer = (name: string, majorVersion: number) => ({
  name,
  sourceManifestSlug: '@harbor/accounts',
  publicSchema: { name: 'publish-account', majorVersion },
  config: {
    consumerSchemaType: 'postgres',
    destinationDataStoreSlug: 'crm-db',
    sql: 'insert into contact (id) values (:id) on conflict (id) do nothing',
  },
})

test('a manifest’s `workspaces` are part of the workspace: who consumes what, in which major, over all of them', async () => {
  const { root, write } = repository()
  const crm = {
    slug: 'crm',
    manifestVersion: 1,
    connections: [connection('crm-db')],
    dataStores: [{ connectionSlug: 'crm-db' }],
    consumerSchemas: [consumer('contacts', 1), consumer('people', 2)],
  }
  // A third team writes into a database of the second.
  const reports = { slug: 'reports', manifestVersion: 1, consumerSchemas: [consumer('report', 2)] }
  const path = write(join(root, 'accounts', fileName), {
    ...accounts,
    workspaces: [`../crm/${fileName}`, `../reports/${fileName}`],
  })
  write(join(root, 'crm', fileName), crm)
  write(join(root, 'reports', fileName), reports)
  const { manifests, consumers, connections, publicSchemas, problems } = await view(path)
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error'),
    [],
  )
  assert.deepEqual(
    manifests.map(({ slug }) => slug),
    ['@harbor/accounts', 'crm', 'reports'],
  )
  assert.deepEqual(
    consumers.map(({ id, publicSchema, destination }) => [id, publicSchema, destination]),
    [
      ['crm/contacts', '@harbor/accounts/publish-account@1', 'crm/crm-db'],
      ['crm/people', '@harbor/accounts/publish-account@2', 'crm/crm-db'],
      ['reports/report', '@harbor/accounts/publish-account@2', 'crm/crm-db'],
    ],
  )
  assert.deepEqual(
    connections.map(({ id, role }) => [id, role]),
    [
      ['@harbor/accounts/accounts-db', 'source'],
      ['crm/crm-db', 'destination'],
    ],
  )
  assert.equal(new Set(publicSchemas.map(({ id }) => id)).size, publicSchemas.length)
})

test('a public schema comes with its owner, lineage and every version with what became of the one before', async () => {
  const { root, write } = repository()
  const { publicSchemas } = await view(write(join(root, fileName), accounts))
  assert.deepEqual(
    publicSchemas.map(({ version, owner, tags, deprecated }) => [version, owner, tags, deprecated]),
    [
      ['1.1', 'Identity team', ['people', 'core'], 'Use 2.'],
      ['2.0', 'Identity team', ['people', 'core'], undefined],
    ],
  )
  assert.deepEqual(publicSchemas[0]?.versions, [
    { version: '1.0', deprecated: true, changes: [] },
    { version: '1.1', deprecated: true, changes: [{ needs: 'minor', what: 'has a new column "name"' }] },
    {
      version: '2.0',
      deprecated: false,
      changes: [{ needs: 'major', what: 'gives "id" as uuid instead of text' }],
    },
  ])
  assert.deepEqual(publicSchemas[0]?.columns[1], {
    name: 'name',
    type: 'text',
    nullable: false,
    description: 'As written.',
    from: ['account.name'],
  })
  assert.deepEqual(publicSchemas[0]?.tables, [
    { table: 'account', state: 'listened' },
    { table: 'visit', state: 'not-tracked' },
    { table: 'ban', state: 'unheard' },
  ])
})

test('what a manifest names outside of its repository is refused in words and never read, also behind a link', async () => {
  const { outside, root, write } = repository()
  const private_ = write(join(outside, 'private.json'), { slug: 'private', manifestVersion: 1 })
  mkdirSync(join(root, 'a'))
  symlinkSync(private_, join(root, 'a', 'link.json'))
  const path = write(join(root, 'a', fileName), {
    slug: 'a',
    manifestVersion: 1,
    workspaces: ['../../private.json', './link.json', '../b/b.json'],
  })
  // One inside the repository may name what is in it as well, and no more than the first.
  write(join(root, 'b', 'b.json'), { slug: 'b', manifestVersion: 1, workspaces: ['../c.json', private_] })
  write(join(root, 'c.json'), { slug: 'c', manifestVersion: 1 })
  const { manifests, problems } = await view(path)
  assert.deepEqual(
    manifests.map(({ slug }) => slug),
    ['a', 'b', 'c'],
  )
  assert.deepEqual(
    problems.map(({ file, severity, message }) => [file, severity, message]),
    [
      [
        path,
        'error',
        `Cannot read ${private_}: it lies outside of ${root}, and a manifest can name only what lies in its own repository`,
      ],
      [
        path,
        'error',
        `Cannot read ${join(root, 'a', 'link.json')}: it lies outside of ${root}, and a manifest can name only what lies in its own repository`,
      ],
    ],
  )
})
