import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { consumeAccount, publishAccount } from '../definition-files/definition-text.fixture.ts'
import { at, goodManifest } from '../manifest/good-manifest.fixture.ts'
import { folderWith, runCli } from './run-cli.fixture.ts'

/** The good manifest without schemas, and with a password that needs no variable. */
function bare() {
  const manifest = { ...goodManifest(), 'x-theirs': [1.5], publicSchemas: [], consumerSchemas: [], workspaces: [] }
  Object.assign(at(manifest, 'connections', 0, 'config'), { password: 'plain' })
  return manifest
}

const files = { 'rejot-manifest.json': bare(), 'publish.sql': publishAccount, 'consume.sql': consumeAccount }

test('definition files are shown, then written, and then agree', async () => {
  const folder = await folderWith(files)
  const path = join(folder, 'rejot-manifest.json')
  const before = await readFile(path, 'utf8')
  const lines = [
    'rejot-manifest.json: public schema "publish-account" 1.0 is new, from publish.sql',
    'rejot-manifest.json: consumer schema "consume-account" is new, from consume.sql',
  ]
  const shown = await runCli(folder, ['collect', 'rejot-manifest.json', 'publish.sql', 'consume.sql'])
  assert.deepEqual(shown.out.split('\n'), [...lines, 'Nothing was written: --write takes this into the manifest', ''])
  assert.deepEqual([shown.code, shown.err, await readFile(path, 'utf8')], [0, '', before])
  // The manifest above the files is found by itself.
  const checked = await runCli(folder, ['collect', 'publish.sql', 'consume.sql', '--check', '--offline'])
  assert.equal(checked.code, 1)
  const written = await runCli(folder, ['collect', 'publish.sql', 'consume.sql', '--write'])
  assert.deepEqual([written.code, written.out.split('\n')], [0, [...lines, 'rejot-manifest.json: written', '']])
  const manifest = JSON.parse(await readFile(path, 'utf8'))
  assert.deepEqual(manifest['x-theirs'], [1.5])
  assert.deepEqual(
    [manifest.publicSchemas[0].definitionFile, manifest.consumerSchemas[0].definitionFile],
    ['publish.sql', 'consume.sql'],
  )
  const { publicSchemas: _, consumerSchemas: __, ...rest } = manifest
  const { publicSchemas: ___, consumerSchemas: ____, ...untouched } = bare()
  assert.deepEqual(rest, untouched)
  const agreed = await runCli(folder, ['collect', '--check', '--offline', 'rejot-manifest.json'])
  assert.deepEqual([agreed.code, agreed.out], [0, 'rejot-manifest.json: agrees with its definition files\n'])
  assert.equal((await runCli(folder, ['validate', 'rejot-manifest.json'])).code, 0)
})

test('a difference is told in words, and only its lines are written', async () => {
  const folder = await folderWith(files)
  const path = join(folder, 'rejot-manifest.json')
  await runCli(folder, ['collect', 'publish.sql', 'consume.sql', '--write'])
  const before = await readFile(path, 'utf8')
  await writeFile(
    join(folder, 'publish.sql'),
    publishAccount.replace('owner: Team Harbor', 'owner: Team Bay').replace('-- Never used again', '-- Stays'),
  )
  const { code, out } = await runCli(folder, ['collect', 'rejot-manifest.json', '--check', '--offline'])
  assert.equal(code, 1)
  assert.match(out, /"publish-account" 1\.0 differs from publish\.sql: column id, owner\n/)
  await runCli(folder, ['collect', 'rejot-manifest.json', '--write'])
  const after = await readFile(path, 'utf8')
  assert.equal(after, before.replace('Team Harbor', 'Team Bay').replace('Never used again', 'Stays'))
})

test('what is wrong in a definition file is told there, and nothing is written', async () => {
  const broken = publishAccount.replace('left join account_emails e on', 'left joinn account_emails e on')
  const folder = await folderWith({ ...files, 'publish.sql': broken })
  const before = await readFile(join(folder, 'rejot-manifest.json'), 'utf8')
  const { code, out } = await runCli(folder, ['collect', 'publish.sql', 'consume.sql', '--write'])
  assert.equal(code, 1)
  assert.match(out, /^publish\.sql:19:\d+: error: syntax error at or near/m)
  assert.equal(await readFile(join(folder, 'rejot-manifest.json'), 'utf8'), before)
  await writeFile(join(folder, 'publish.sql'), publishAccount.replace('-- data store: accounts-db\n', ''))
  const lacking = await runCli(folder, ['collect', 'publish.sql', '--write'])
  assert.match(lacking.out, /^publish\.sql:3:1: error: "source" is missing in public schema "publish-account"$/m)
  await writeFile(join(folder, 'consume.sql'), consumeAccount.replace('where id = :id', 'where idd = :iid'))
  await writeFile(join(folder, 'publish.sql'), publishAccount)
  const wrong = await runCli(folder, ['collect', 'publish.sql', 'consume.sql', '--write'])
  assert.match(wrong.out, /^consume\.sql:10:45: error: :iid is no column of the public schema/m)
})

test('a program is run only when that is asked for, and nothing outside of the workspace is read', async () => {
  const program = `import { createConsumerSchema } from '@rejot-dev/contract/consumer-schema'
export default createConsumerSchema('consume-account', {
  source: { manifestSlug: '@harbor/accounts', publicSchema: { name: 'publish-account', majorVersion: 1 } },
  config: { consumerSchemaType: 'postgres', destinationDataStoreSlug: 'billing-db', sql: 'insert into t values (:id)' },
})`
  const manifest = bare()
  const folder = await folderWith({})
  await mkdir(join(folder, 'repository'))
  const inside = join(folder, 'repository')
  const entry = { ...at(goodManifest(), 'consumerSchemas', 0) }
  for (const definitionFile of ['schemas.ts', '../elsewhere.sql', 'lost.sql', 'schemas.py']) {
    Object.assign(at(manifest, 'consumerSchemas'), [{ ...entry, definitionFile }])
    await writeFile(join(inside, `${definitionFile.replaceAll(/\W/g, '')}.json`), JSON.stringify(manifest))
  }
  await writeFile(join(inside, 'schemas.ts'), program)
  await writeFile(join(inside, 'schemas.py'), '')
  await writeFile(join(folder, 'elsewhere.sql'), consumeAccount)
  const refused = await runCli(inside, ['collect', 'schemasts.json'])
  assert.equal(refused.code, 1)
  assert.match(refused.out, /schemas\.ts is a program: it is run only with --run-typescript/)
  const run = await runCli(inside, ['collect', 'schemasts.json', '--run-typescript', '--json'])
  const [change] = JSON.parse(run.out).manifests[0].changes
  assert.deepEqual([run.code, change.state, change.differs], [0, 'changed', ['SQL', 'SQL for delete']])
  const outside = await runCli(inside, ['collect', 'elsewheresql.json'])
  assert.deepEqual([outside.code, outside.out.includes('is outside of this workspace')], [1, true])
  const lost = await runCli(inside, ['collect', 'lostsql.json'])
  assert.deepEqual([lost.code, lost.out.includes('There is no definition file at')], [1, true])
  const python = await runCli(inside, ['collect', 'schemaspy.json'])
  assert.deepEqual(
    [python.code, python.out.includes('warning: A definition file of this kind is not known: .py')],
    [0, true],
  )
})

test('schemas without a definition file get one, once', async () => {
  const manifest = goodManifest()
  Object.assign(manifest, { workspaces: [] })
  Object.assign(at(manifest, 'connections', 0, 'config'), { password: 'plain' })
  const folder = await folderWith({ 'rejot-manifest.json': manifest })
  const args = ['collect', 'rejot-manifest.json', '--extract', 'contracts', '--write']
  const { code, out } = await runCli(folder, args)
  assert.deepEqual(
    [code, out.split('\n')],
    [
      0,
      [
        'contracts/publish-account@1.sql: written, public schema "publish-account" 1.0',
        'contracts/consume-account.sql: written, consumer schema "consume-account"',
        'rejot-manifest.json: written',
        '',
      ],
    ],
  )
  const after = JSON.parse(await readFile(join(folder, 'rejot-manifest.json'), 'utf8'))
  assert.equal(after.publicSchemas[0].definitionFile, 'contracts/publish-account@1.sql')
  delete after.publicSchemas[0].definitionFile
  delete after.consumerSchemas[0].definitionFile
  assert.deepEqual(after, manifest)
  const again = await runCli(folder, args)
  assert.deepEqual([again.code, again.out], [0, 'rejot-manifest.json: agrees with its definition files\n'])
})

test('collect without a manifest teaches', async () => {
  const folder = await folderWith({ 'a.sql': consumeAccount })
  const { code, err } = await runCli(folder, ['collect', 'a.sql'])
  assert.equal(code, 2)
  assert.match(err, /^Which manifest\?[\s\S]*A definition file in SQL/)
})
