import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { at, goodManifest } from '../manifest/good-manifest.fixture.ts'
import { folderWith, runCli } from './run-cli.fixture.ts'

function workspace() {
  const manifest = goodManifest()
  Object.assign(manifest, { workspaces: [] })
  Object.assign(at(manifest, 'connections', 0, 'config'), { password: '' })
  return manifest
}

const wrongUsage: readonly (readonly [args: readonly string[], says: string])[] = [
  [[], 'Which command?'],
  [['snyc'], 'There is no command "snyc"'],
  [['help', 'snyc'], 'There is no command "snyc"'],
  [['sync'], 'Which manifest? Name at least one rejot-manifest.json'],
  [['validate'], 'Which manifest? Name at least one rejot-manifest.json'],
  [['sync', '--sate', 'x', 'm.json'], "Unknown option '--sate'"],
  [['sync', 'm.json', '--state'], "Option '--state <value>' argument missing"],
  [['status', '--json=yes'], "Option '--json' does not take an argument"],
]

for (const [args, says] of wrongUsage) {
  test(`wrong usage exits 2 and teaches: rejot ${args.join(' ')}`, async () => {
    const { code, out, err } = await runCli(await folderWith({}), args)
    assert.equal(code, 2)
    assert.ok(err.startsWith(says), err)
    assert.match(err, /rejot (sync|status|validate)/)
    assert.equal(out, '')
  })
}

test('help is told on standard output', async () => {
  const folder = await folderWith({})
  for (const args of [['help'], ['--help'], ['help', 'sync'], ['sync', '--help'], ['status', '-h']]) {
    const { code, out, err } = await runCli(folder, args)
    assert.deepEqual([code, err], [0, ''])
    assert.match(out, /rejot (sync|status) /)
  }
})

test('validate says what good manifests hold, by paths of the caller', async () => {
  const folder = await folderWith({ 'rejot-manifest.json': workspace() })
  assert.deepEqual(await runCli(folder, ['validate', 'rejot-manifest.json']), {
    code: 0,
    out: '1 manifest: 1 public schema, 1 consumer, no errors\n',
    err: '',
  })
})

test('validate tells a line for each problem and exits 1', async () => {
  const folder = await folderWith({
    'a.json': '{\n  "slug": "a",\n  // no\n}',
    'b.json': { slug: 'b', manifestVersion: 7 },
  })
  const { code, out } = await runCli(folder, ['validate', 'a.json', 'b.json', 'lost.json'])
  assert.equal(code, 1)
  assert.deepEqual(out.split('\n'), [
    'a.json:3:3: error: JSON has no comments: leave this one out',
    'b.json:3:22: error: This manifest was written by a newer version: it has manifestVersion 7, this version knows 1',
    `lost.json:1:1: error: There is no manifest at ${join(folder, 'lost.json')}`,
    '',
  ])
})

/** A change of the manifest, the text where the problem is said to be, and the problem. */
type Change = (manifest: ReturnType<typeof workspace>) => void
const setSql = (sql: string) => (m: ReturnType<typeof workspace>) => {
  m.publicSchemas[0]?.config.transformations.splice(
    0,
    4,
    { operation: 'insert', table: 'account', sql },
    { operation: 'update', table: 'account', sql },
  )
}
const faultySql: readonly (readonly [change: Change, begins: string, told: string])[] = [
  [
    setSql('select a.id,\n\t"x" as emails, \'ü\' as "firstName"\nfrom account a wher a.id = :id'),
    'wher a.id',
    'error: syntax error at or near "wher"',
  ],
  [
    setSql('select id, emails, random() as "firstName" from account where id = :id'),
    'random()',
    'error: random() answers differently each time, so the same row would be published again and again',
  ],
  [
    setSql('select id, emails, first_name as firstName from account where id = :id'),
    'select id',
    'error: The SQL gives no column "firstName", which public schema "publish-account" promises; it gives "firstname", so write as "firstName" in double quotes',
  ],
  [
    setSql('select a.id, e.emails, a."firstName" from account a, lost e where a.id = :id'),
    'lost e',
    'warning: The SQL for table "account" reads lost, whose changes public schema "publish-account" does not listen to',
  ],
  [
    (m) => {
      setSql('select id + 0 as id, emails, "firstName" from account where id = :id')(m)
      Reflect.deleteProperty(at(m, 'publicSchemas', 0, 'outputSchema'), 'x-rejot')
    },
    'select id',
    'error: Public schema "publish-account" has no key: name its columns under outputSchema["x-rejot"].key',
  ],
  [
    (m) => Object.assign(at(m, 'consumerSchemas', 0, 'config'), { sql: 'insert into t values (:id, :firstname)' }),
    ':firstname',
    'error: :firstname is no column of the public schema, which has id, emails, firstName',
  ],
  [
    (m) => Object.assign(at(m, 'consumerSchemas', 0, 'config'), { deleteSql: 'delete from t; drop table t' }),
    'drop table',
    'error: There are several statements: write one',
  ],
  [
    (m) =>
      Object.assign(at(m, 'consumerSchemas', 0, 'config'), {
        destinationDataStoreSlug: 'accounts-db',
        sql: 'update account set name = :id',
      }),
    'update account',
    'error: It writes account, which the public schema that it reads is made of: that would never end',
  ],
]

for (const [change, begins, told] of faultySql) {
  test(`validate finds the place in the file: ${told}`, async () => {
    const manifest = workspace()
    change(manifest)
    const text = JSON.stringify(manifest, undefined, 2)
    const { code, out } = await runCli(await folderWith({ 'm.json': text }), ['validate', 'm.json'])
    const [first = ''] = out.split('\n')
    const [, line, column, message] = /^m\.json:(\d+):(\d+): (.*)$/.exec(first) ?? []
    assert.equal(message, told)
    assert.equal(code, told.startsWith('error') ? 1 : 0)
    const there = text.split('\n')[Number(line) - 1]?.slice(Number(column) - 1)
    assert.ok(there?.startsWith(begins), there)
  })
}

test('sync refuses manifests that are wrong before it touches anything', async () => {
  const folder = await folderWith({ 'm.json': '{"slug": "m"' })
  const { code, out, err } = await runCli(folder, ['sync', 'm.json', '--json', '--state', 'state'])
  assert.deepEqual([code, out], [1, ''])
  assert.equal(err, 'm.json:1:13: error: The file ends in the middle, as if it were only half written\n')
})

test('sync says that manifests without anything published are nothing to do', async () => {
  const folder = await folderWith({ 'm.json': { slug: 'm', manifestVersion: 1 } })
  assert.deepEqual(await runCli(folder, ['sync', 'm.json']), {
    code: 1,
    out: '',
    err: 'Nothing to do: the manifests publish nothing\n',
  })
})

test('status without any state says so and exits 1', async () => {
  const folder = await folderWith({ 'm.json': { slug: '@a/m', manifestVersion: 1 } })
  const missing = join(folder, 'lost')
  const byState = await runCli(folder, ['status', '--state', 'lost', '--json'])
  assert.deepEqual(byState, {
    code: 1,
    out: '',
    err: `There is no state folder ${missing}: no engine has run with it\n`,
  })
  const byManifest = await runCli(folder, ['status', 'm.json'])
  assert.equal(byManifest.code, 1)
  assert.match(byManifest.err, /a\.m: no engine has run with it\n$/)
  const byNothing = await runCli(folder, ['status'])
  assert.equal(byNothing.code, 1)
  assert.match(byNothing.err, /^There is no state folder in .*: no engine has run yet\n$/)
})

const consumer = { name: 'c', manifest: 'm', offset: 7, head: 9, pending: 2, deadLetters: 0, held: 0, lagMs: 12 }
const written = {
  state: 'running',
  sources: [
    {
      id: 'm/db',
      slug: 'db',
      manifest: 'm',
      state: 'streaming',
      receivedLsn: '0/10',
      confirmedLsn: '0/8',
      lagMs: 0,
      rowChanges: 3,
    },
  ],
  consumers: [{ ...consumer, id: 'm/c', state: 'streaming', destination: 'm/x' }],
}

async function statusOf(content: unknown, args: readonly string[]) {
  const folder = await folderWith({})
  await mkdir(join(folder, 'state', 'rejot', 'm'), { recursive: true })
  await writeFile(join(folder, 'state', 'rejot', 'm', 'status.json'), JSON.stringify(content))
  return runCli(folder, ['status', '--state', join(folder, 'state', 'rejot', 'm'), ...args])
}

test('status of an engine that runs is what it wrote, in the promised fields', async () => {
  const { code, out } = await statusOf({ pid: process.pid, status: written }, ['--json'])
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(out), {
    sources: [
      {
        slug: 'db',
        state: 'streaming',
        receivedLsn: '0/10',
        confirmedLsn: '0/8',
        retainedBytes: null,
        walLimitBytes: null,
        walGrowthBytesPerSecond: null,
        walFullInMs: null,
        walWarning: false,
        lagMs: 0,
      },
    ],
    consumers: [{ ...consumer, state: 'streaming' }],
  })
})

test('status of an engine that was killed is stopped, with what was known', async () => {
  const ended = spawn(process.execPath, ['-e', ''])
  await once(ended, 'close')
  const { code, out } = await statusOf({ pid: ended.pid, status: written }, ['--json'])
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(out).sources[0].state, 'stopped')
  assert.deepEqual(JSON.parse(out).consumers, [{ ...consumer, state: 'stopped' }])
})

test('status for a person says how far a copy is while it goes on', async () => {
  const backfill = { state: 'running', generation: 2, rowsDone: 4_000, rowsEstimated: 9_000 }
  const publicSchemas = [
    { id: 'm/p@1', backfill },
    { id: 'm/q@1', backfill: { ...backfill, state: 'done' } },
  ]
  const { out } = await statusOf({ pid: process.pid, status: { ...written, publicSchemas } }, [])
  assert.match(out, /\n\nPUBLIC SCHEMA {2}COPY +ROWS READ\nm\/p@1 +running +4000 of about 9000\n\nCONSUMER /)
})

test('status for a person is a table', async () => {
  const { out } = await statusOf({ pid: process.pid, status: written }, [])
  assert.deepEqual(out.split('\n'), [
    'SOURCE  STATE      RECEIVED  CONFIRMED  WAL HELD  LAG',
    'db      streaming  0/10      0/8        -         0 ms',
    '',
    'CONSUMER  STATE      OFFSET  HEAD  PENDING  HELD  DEAD LETTERS  LAG',
    'm/c       streaming  7       9     2        0     0             12 ms',
    '',
  ])
})

test('status of a folder that holds something else says so', async () => {
  const { code, err } = await statusOf({ pid: 'x' }, ['--json'])
  assert.equal(code, 1)
  assert.match(err, /^Cannot read status\.json in .*: it is not of this version\n$/)
})

test('the only state folder is found by itself; of several one must be named', async () => {
  const folder = await folderWith({})
  await mkdir(join(folder, 'state', 'rejot', 'm'), { recursive: true })
  assert.deepEqual(JSON.parse((await runCli(folder, ['status', '--json'])).out), { sources: [], consumers: [] })
  await mkdir(join(folder, 'state', 'rejot', 'n'))
  const { code, err } = await runCli(folder, ['status', '--json'])
  assert.equal(code, 1)
  assert.match(err, /^There are several state folders: name a manifest, or one with --state: /)
})
