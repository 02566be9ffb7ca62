import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import {
  accountArrived,
  accountDestinationTable,
  accountManifest,
  accountTables,
  accountTruth,
} from '../testing/account-manifest.ts'
import { expectSameRows } from '../testing/compare-tables.ts'
import { createDatabase } from '../testing/test-database.ts'
import { waitFor } from '../testing/wait-for.ts'
import { withServers } from '../testing/with-servers.ts'
import { folderWith, runCli, startCli } from './run-cli.fixture.ts'

const server = withServers(['source', 'destination'])

const rows = `
insert into account select n, 'first ' || n, 'last ' || n from generate_series(1, 100) n;
insert into account_emails select n, n, n || '@harbor.test' from generate_series(1, 100) n`

async function accounts(change: (manifest: string) => string = (manifest) => manifest) {
  const source = await createDatabase(server('source'), { slug: 'accounts-db', sql: `${accountTables};${rows}` })
  const destination = await createDatabase(server('destination'), { slug: 'billing-db', sql: accountDestinationTable })
  const manifest = JSON.stringify(accountManifest(source.connection, destination.connection), undefined, 2)
  return { source, destination, folder: await folderWith({ 'm.json': change(manifest) }) }
}

/** Its JSON lines as they come, and the way to wait for one. */
function follow(child: ChildProcess) {
  assert.ok(child.stdout !== null && child.stderr !== null)
  const lines: Record<string, unknown>[] = []
  const err = text(child.stderr)
  createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line)))
  const happened = (event: string) =>
    waitFor(() => lines.find((line) => line.event === event), {
      what: `a line "${event}"`,
      until: (line) => line !== undefined,
      timeoutMs: 30_000,
    })
  return { lines, err, happened }
}

test('sync brings what exists and what comes, tells it in JSON, drains at SIGTERM and exits 0', async () => {
  const { source, destination, folder } = await accounts()
  const child = startCli(folder, ['sync', 'm.json', '--json', '--state', 'kept'])
  const closed = once(child, 'close')
  const { lines, happened } = follow(child)
  await happened('ready')
  await source.query(`update account set first_name = 'Ada' where id = 7`)
  const same = () =>
    expectSameRows({ database: source, sql: accountTruth }, { database: destination, sql: accountArrived })
  await waitFor(() => destination.query(`select 1 from account_destination where full_name like 'Ada %'`), {
    what: 'the changed row at the destination',
    until: (found) => found.length === 1,
  })
  assert.equal(await same(), 100)

  const running = await runCli(folder, ['status', '--state', 'kept', '--json'])
  assert.deepEqual(Object.keys(JSON.parse(running.out)), ['sources', 'consumers'])
  assert.equal(JSON.parse(running.out).sources[0].state, 'streaming')

  const second = await runCli(folder, ['sync', 'm.json', '--json', '--state', 'kept'])
  assert.equal(second.code, 3)
  assert.equal(second.out, '')
  assert.match(second.err, /Cannot /)

  child.kill('SIGTERM')
  assert.deepEqual(await closed, [0, null])
  const events = lines.map(({ event }) => event)
  // A slow machine may well retry in between.
  assert.deepEqual(
    events.filter((event) => event !== 'retrying'),
    ['started', 'ready', 'stopped'],
  )
  assert.ok(lines.every(({ time }) => typeof time === 'string' && !Number.isNaN(Date.parse(time))))
  assert.equal(lines[0]?.pid, child.pid)

  const ended = await runCli(folder, ['status', '--state', 'kept', '--json'])
  const [stopped] = JSON.parse(ended.out).consumers
  assert.deepEqual([stopped.state, stopped.pending, stopped.deadLetters], ['stopped', 0, 0])
  await Promise.all([source.drop(), destination.drop()])
})

test('sync with a wrong password says so in one sentence, never the password, and exits 1', async () => {
  const { source, destination, folder } = await accounts((manifest) =>
    manifest.replace(/"password": "[^"]*"/, '"password": "wrong-secret"'),
  )
  const { code, out, err } = await runCli(folder, ['sync', 'm.json', '--json'])
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const halted = lines.find(({ event }) => event === 'halted')
  assert.deepEqual([code, halted?.kind, halted?.object], [1, 'authentication', 'accounts-db'])
  assert.match(halted?.solution, /\w/)
  assert.ok(!`${out}${err}`.includes('wrong-secret'))
  assert.deepEqual(
    await source.query('select slot_name from pg_replication_slots where database = current_database()'),
    [],
  )
  await Promise.all([source.drop(), destination.drop()])
})

test('sync for a person prints figures each second, keeps state by the manifest, and ends at Ctrl-C', async () => {
  const { source, destination, folder } = await accounts()
  const child = startCli(folder, ['sync', 'm.json', '--no-backfill'])
  const closed = once(child, 'close')
  assert.ok(child.stdout !== null)
  const lines: string[] = []
  createInterface(child.stdout).on('line', (line) => lines.push(line))
  const seen = (pattern: RegExp) =>
    waitFor(() => lines.find((line) => pattern.test(line)), {
      what: `a line like ${pattern}`,
      until: (line) => line !== undefined,
      timeoutMs: 30_000,
    })
  await seen(/^Started \(process \d+\), state in .*state.rejot.test\.accounts$/)
  await seen(/^Ready: /)
  await source.query(`insert into account values (1000, 'Ada', 'Lovelace')`)
  await seen(/^captured 1 · events 1 · applied 1 · lag \d+ ms$/)
  child.kill('SIGINT')
  assert.deepEqual(await closed, [0, null])
  assert.equal(lines.at(-1), 'Stopped')
  assert.deepEqual(await destination.query('select id from account_destination'), [{ id: 1000 }])
  const status = await runCli(folder, ['status', 'm.json'])
  assert.match(status.out, /@test\/accounts\/consume-account +stopped/)
  await Promise.all([source.drop(), destination.drop()])
})

test('a manifest that is edited, half-written, of a newer version or gone stops nothing, and it is said', async () => {
  const { source, destination, folder } = await accounts()
  const child = startCli(folder, ['sync', 'm.json', '--json', '--state', 'kept'])
  const closed = once(child, 'close')
  const { err, happened } = follow(child)
  await happened('ready')
  const path = join(folder, 'm.json')
  const good = await readFile(path, 'utf8')
  const noted = (says: RegExp | undefined) =>
    waitFor(() => runCli(folder, ['status', '--state', 'kept']), {
      what: says === undefined ? 'no word about the manifest' : `a status that says ${says}`,
      until: (shown) => (says === undefined ? shown.err === '' : says.test(shown.err)),
      timeoutMs: 30_000,
    })
  await writeFile(path, good.slice(0, good.length / 2))
  await noted(/cannot be run; the engine goes on with what it was started with\. m\.json:\d+:\d+: error/)
  await writeFile(path, good.replace('"manifestVersion": 1', '"manifestVersion": 7'))
  await noted(/written by a newer version: it has manifestVersion 7/)
  await rm(path)
  await noted(/cannot be run/)
  await writeFile(path, good.replaceAll('a.active', 'true'))
  await noted(/^The manifest has been changed: restart the engine to use it\n/)
  await source.query(`update account set first_name = 'Ada', active = false where id = 7`)
  await waitFor(() => destination.query('select 1 from account_destination where id = 7'), {
    what: 'a row deleted by the SQL that was started with',
    until: (found) => found.length === 0,
  })
  await writeFile(path, good)
  await noted(undefined)
  child.kill('SIGTERM')
  assert.deepEqual(await closed, [0, null])
  assert.doesNotMatch(await err, /password/i)
  await source.drop()
  await destination.drop()
})
