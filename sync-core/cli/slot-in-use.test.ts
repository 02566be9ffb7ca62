import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  accountArrived,
  accountDestinationTable,
  accountManifest,
  accountTables,
  accountTruth,
} from '../testing/account-manifest.ts'
import { expectSameRows } from '../testing/compare-tables.ts'
import { createWorkspace, type TestWorkspace } from '../testing/engine.ts'
import { startEngineProcess } from '../testing/engine-process.ts'
import { createDatabase, type TestDatabase } from '../testing/test-database.ts'
import { waitFor } from '../testing/wait-for.ts'
import { withServers } from '../testing/with-servers.ts'
import { readStatus } from './read-status.ts'
import { folderWith, runCli, startCli } from './run-cli.fixture.ts'

const server = withServers(['source', 'destination'])

interface Pair {
  readonly source: TestDatabase
  readonly destination: TestDatabase
  readonly manifest: string
}

/** A source, a destination and the manifest between them; each pair has a slug of its own. */
async function pair(slug: string): Promise<Pair> {
  const rows = `insert into account select n, 'first ' || n, 'last' from generate_series(1, 100) n`
  const source = await createDatabase(server('source'), { slug: 'accounts', sql: `${accountTables};${rows}` })
  const destination = await createDatabase(server('destination'), { slug: 'billing', sql: accountDestinationTable })
  const manifest = JSON.stringify(accountManifest(source.connection, destination.connection), undefined, 2)
  return { source, destination, manifest: manifest.replaceAll('@test/accounts', slug) }
}

const drop = ({ source, destination }: Pair) => Promise.all([source.drop(), destination.drop()])

const arrived = ({ source, destination }: Pair, what: string) =>
  waitFor(
    () => expectSameRows({ database: source, sql: accountTruth }, { database: destination, sql: accountArrived }),
    { what, until: (rows) => rows > 0, timeoutMs: 30_000 },
  )

async function workspaceOf({ manifest }: Pair): Promise<TestWorkspace> {
  return createWorkspace(JSON.parse(manifest))
}

async function slotReader({ source }: Pair): Promise<number> {
  const [row] = await source.query('select active_pid from pg_replication_slots where database = current_database()')
  return Number(row?.active_pid)
}

test('a slot that another engine reads: exit 3, one sentence, and the other engine is not disturbed', async () => {
  const accounts = await pair('@test/accounts')
  const workspace = await workspaceOf(accounts)
  const first = startEngineProcess(workspace)
  try {
    await first.said('ready')
    const reader = await slotReader(accounts)
    const folder = await folderWith({ 'm.json': accounts.manifest })
    const { code, out, err } = await runCli(folder, ['sync', 'm.json', '--state', 'another', '--json'])
    assert.equal(code, 3, err)
    assert.match(
      err,
      /error Cannot follow accounts-db: another program reads its slot \S+ \(server process \d+\)\. Stop /,
    )
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).event)
    assert.deepEqual(events, ['started', 'retrying', 'stopped'])
    assert.equal(await slotReader(accounts), reader)
    await accounts.source.query(`update account set first_name = 'Ada' where id = 7`)
    await arrived(accounts, 'a change by the first engine')
  } finally {
    await first.signal('SIGKILL')
    await drop(accounts)
    await workspace.dispose()
  }
})

test('of two sources one is read elsewhere: the other is followed, and the first as soon as it is free', async () => {
  const accounts = await pair('@test/accounts')
  const orders = await pair('@test/orders')
  const workspace = await workspaceOf(accounts)
  const first = startEngineProcess(workspace)
  await first.said('ready')
  const folder = await folderWith({ 'a.json': accounts.manifest, 'o.json': orders.manifest })
  const second = startCli(folder, ['sync', 'a.json', 'o.json', '--state', 'another', '--json'])
  try {
    await arrived(orders, 'the rows of the source that is free')
    const states = async () => {
      const status = await readStatus(join(folder, 'another'))
      return typeof status === 'string' ? [] : status.sources.map(({ state }) => state)
    }
    assert.deepEqual(await waitFor(states, { what: 'states', until: ([one]) => one === 'retrying' }), [
      'retrying',
      'streaming',
    ])
    await first.signal('SIGTERM')
    const both = await waitFor(states, {
      what: 'both sources followed',
      until: (seen) => seen.every((state) => state === 'streaming'),
      timeoutMs: 60_000,
    })
    assert.equal(both.length, 2)
    assert.equal(second.exitCode, null)
  } finally {
    await first.signal('SIGKILL')
    second.kill('SIGKILL')
    await drop(accounts)
    await drop(orders)
    await workspace.dispose()
  }
})

test('after a crash the connection that the server still keeps is waited for', async () => {
  const accounts = await pair('@test/accounts')
  const workspace = await workspaceOf(accounts)
  const crashed = startEngineProcess(workspace)
  await crashed.said('ready')
  const reader = await slotReader(accounts)
  // A server process that stands still notices no more than one whose client's network is gone.
  process.kill(reader, 'SIGSTOP')
  await crashed.signal('SIGKILL')
  const next = startEngineProcess(workspace)
  try {
    const retrying = await next.said('retrying')
    assert.match(String(retrying.message), /the server still holds slot \S+ for this engine's former run/)
    process.kill(reader, 'SIGCONT')
    await next.said('ready')
    await accounts.source.query(`update account set first_name = 'Ada' where id = 7`)
    await arrived(accounts, 'a change after the crash')
    assert.equal(await next.signal('SIGTERM'), 0)
  } finally {
    try {
      process.kill(reader, 'SIGCONT')
    } catch {
      // It has ended, as it should.
    }
    await next.signal('SIGKILL')
    await drop(accounts)
    await workspace.dispose()
  }
})
