import assert from 'node:assert/strict'
import { mkdir, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import type { ShownStatus } from '../api/shown-status.ts'
import { socketPath } from '../api/socket-path.ts'
import { type AccountSetting, setUpAccounts } from '../testing/account-setting.ts'
import { startEngineProcess } from '../testing/engine-process.ts'
import { freePort } from '../testing/free-port.ts'
import { waitFor } from '../testing/wait-for.ts'
import { withServers } from '../testing/with-servers.ts'
import { type CliResult, folderWith, runCli } from './run-cli.fixture.ts'

const server = withServers(['source', 'destination'])

interface Setting extends AccountSetting {
  /** `rejot ARGS --state …` of another process. */
  rejot(...args: readonly string[]): Promise<CliResult>
}

async function setUp(): Promise<Setting> {
  const setting = await setUpAccounts(
    { source: server('source'), destination: server('destination') },
    { source: `insert into account select n, 'first ' || n, 'last' from generate_series(1, 100) n` },
  )
  const folder = await folderWith({})
  return { ...setting, rejot: (...args) => runCli(folder, [...args, '--state', setting.workspace.stateDir]) }
}

test('a running engine is paused, resumed and told to copy again by other processes', async () => {
  const setting = await setUp()
  try {
    const engine = setting.startProcess()
    await engine.said('ready')
    assert.deepEqual(await setting.rejot('pause', 'consume-account'), {
      code: 0,
      out: 'Paused consume-account; its events wait in the store\n',
      err: '',
    })
    await setting.source.query(`update account set first_name = 'Ada' where id = 7`)
    const waiting = async () => JSON.parse((await setting.rejot('status', '--json')).out).consumers[0]
    const paused = await waitFor(waiting, { what: 'an event that waits', until: ({ pending }) => pending === 1 })
    assert.equal(paused.state, 'paused')

    const resumed = await setting.rejot('resume', '@test/accounts/consume-account', '--json')
    assert.deepEqual(resumed, { code: 0, out: '{"resumed":"@test/accounts/consume-account"}\n', err: '' })
    await setting.arrived('what waited')

    const [publication] = await setting.source.query('select pubname from pg_publication')
    await setting.source.query(`alter publication ${publication?.pubname} drop table account`)
    await setting.source.query('delete from account where id = 9')
    await setting.source.query(`alter publication ${publication?.pubname} add table account`)
    assert.equal((await setting.rejot('backfill', 'publish-account')).code, 0)
    await setting.arrived('a deletion that the stream never told')

    const nobody = await setting.rejot('pause', 'nobody')
    assert.deepEqual([nobody.code, nobody.out], [1, ''])
    assert.match(nobody.err, /^Cannot find consumer nobody: .*\. Name one of @test\/accounts\/consume-account\.\n$/)
    assert.equal(await engine.signal('SIGTERM'), 0)
    const ended = await setting.rejot('resume', 'consume-account')
    assert.equal(ended.code, 1)
    assert.match(ended.err, /^No engine runs with the state folder \S+: start "rejot sync"/)
  } finally {
    await setting.dispose()
  }
})

test('an engine whose only slot is lost stays, says the way back, and goes it when told to', async () => {
  const setting = await setUp()
  try {
    const first = setting.startProcess()
    await first.said('ready')
    assert.equal(await first.signal('SIGTERM'), 0)
    await setting.source.query(
      `select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = current_database()`,
    )
    await setting.source.query('delete from account where id = 9')
    const engine = setting.startProcess()
    const halted = await engine.said('halted')
    assert.deepEqual([halted.object, halted.kind], ['accounts-db', 'slot-lost'])
    assert.match(String(halted.solution), /rejot recover accounts-db/)
    const recovered = await setting.rejot('recover', 'accounts-db')
    assert.deepEqual([recovered.code, recovered.err], [0, ''])
    await setting.arrived('a deletion that no slot held')
    await engine.said('ready')
    const again = await setting.rejot('recover', 'accounts-db')
    assert.equal(again.code, 1)
    assert.match(again.err, /^Cannot recover accounts-db: its slot is as it was left\. /)
  } finally {
    await setting.dispose()
  }
})

interface Asked {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

function ask(port: number, { method = 'GET', path = '/status', headers = {}, body = '' }: Asked) {
  return new Promise<{ readonly code: number | undefined; readonly answer: unknown; readonly headers: unknown }>(
    (resolve, reject) => {
      const asking = request({ host: '127.0.0.1', port, method, path, headers }, async (response) => {
        resolve({ code: response.statusCode, answer: JSON.parse(await text(response)), headers: response.headers })
      })
      asking.on('error', reject)
      asking.end(body)
    },
  )
}

const json = { 'content-type': 'application/json' }

test('the API on a port: the same answers, for programs of this computer only', async () => {
  const setting = await setUp()
  const port = await freePort()
  try {
    const engine = setting.startProcess({ args: ['--api-port', String(port)] })
    await engine.said('ready')
    await setting.arrived('the backfill')
    const { code, headers } = await ask(port, {})
    assert.equal(code, 200)
    assert.ok(!Object.keys(headers as object).some((name) => name.startsWith('access-control')))
    // Lag, WAL held and positions move between two looks, and the file that the command reads follows a moment later.
    const still = ({ sources, consumers }: ShownStatus) => ({
      sources: sources.map((source) => [source.slug, source.state, Object.keys(source)]),
      consumers: consumers.map((consumer) => ({ ...consumer, lagMs: 0 })),
    })
    const printed = async () => JSON.parse((await setting.rejot('status', '--json')).out)
    await waitFor(async () => [still((await ask(port, {})).answer as ShownStatus), still(await printed())], {
      what: 'the same status from both',
      until: ([served, shown]) => isDeepStrictEqual(served, shown),
    })

    const pause = { method: 'POST', path: '/pause', headers: json, body: '{"consumer":"consume-account"}' }
    assert.deepEqual((await ask(port, pause)).answer, {})
    // The file that the command reads is replaced at most twice a second.
    await waitFor(async () => (await setting.rejot('status')).out, {
      what: 'the pause in the status',
      until: (out) => /consume-account +paused/.test(out),
    })

    const refusals: readonly (readonly [what: string, asked: Asked, code: number])[] = [
      ['a name that was made to resolve here', { headers: { host: `rejot.evil.test:${port}` } }, 403],
      ['a page of a browser', { headers: { origin: 'https://evil.test' } }, 403],
      ['a form of a page', { ...pause, headers: { 'content-type': 'text/plain' } }, 415],
      ['what is not JSON', { ...pause, body: '{' }, 400],
      ['what does not fit', { ...pause, body: '{"consumer":7}' }, 400],
      ['what nobody knows', { ...pause, path: '/drop' }, 404],
      ['the wrong method', { ...pause, method: 'PUT' }, 405],
      ['a consumer that is not there', { ...pause, body: '{"consumer":"nobody"}' }, 409],
      ['a request without end', { ...pause, body: `"${'x'.repeat(100_000)}"` }, 413],
    ]
    for (const [what, asked, refused] of refusals) assert.equal((await ask(port, asked)).code, refused, what)

    const second = await setting.rejot('sync', setting.workspace.manifestPath, '--api-port', String(port))
    assert.equal(second.code, 3, 'the state folder is the first reason')
  } finally {
    await setting.dispose()
  }
})

test('a port that is taken: one sentence, exit 1, nothing made', async () => {
  const setting = await setUp()
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => taken.once('listening', resolve))
  const address = taken.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  try {
    const { code, err } = await setting.rejot('sync', setting.workspace.manifestPath, '--api-port', String(port))
    assert.equal(code, 1)
    assert.match(err, new RegExp(`^\\S+ \\S+ error Cannot serve the API on port ${port}: another program uses it\\.`))
    assert.deepEqual(await setting.source.query('select pubname from pg_publication'), [])
    const wrong = await setting.rejot('sync', setting.workspace.manifestPath, '--api-port', '70000')
    assert.deepEqual([wrong.code, wrong.out], [2, ''])
  } finally {
    taken.close()
    await setting.dispose()
  }
})

test('the socket is for its user alone, and is found where the state folder has a long path too', async () => {
  const setting = await setUp()
  const stateDir = join(setting.workspace.stateDir, 'a-long-name'.repeat(12))
  await mkdir(stateDir, { recursive: true })
  const long = startEngineProcess({ ...setting.workspace, stateDir })
  try {
    await long.said('ready')
    const path = socketPath(stateDir)
    assert.ok(Buffer.byteLength(path) <= 100, path)
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    const folder = await folderWith({})
    const paused = await runCli(folder, ['pause', 'consume-account', '--state', stateDir])
    assert.deepEqual([paused.code, paused.err], [0, ''])
  } finally {
    await long.signal('SIGKILL')
    await setting.dispose()
  }
})
