import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { spoilTable } from './sqlite/testing/spoil-table.ts'
import { accountTruth } from './testing/account-manifest.ts'
import { type AccountSetting, withAccounts } from './testing/account-setting.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

const server = withServers(['source', 'destination'])
const rejot = fileURLToPath(new URL('./cli/rejot.ts', import.meta.url))

interface Setting extends AccountSetting {
  /** `rejot rebuild-store`. */
  rebuild(...options: readonly string[]): Promise<{ readonly complete: boolean; readonly keys: number }>
}

/** An engine has copied 600 rows and streamed some changes, and is gone, killed or stopped. */
function withStore(end: 'SIGKILL' | 'SIGTERM', act: (setting: Setting) => Promise<void>): Promise<void> {
  const servers = { source: server('source'), destination: server('destination') }
  const rows = `insert into account select g, 'first', g::text from generate_series(1, 600) g`
  return withAccounts(servers, { source: rows }, async (setting) => {
    const { source, workspace } = setting
    const engine = setting.startProcess()
    await engine.said('ready')
    await source.query(`update account set first_name = 'streamed' where id % 3 = 0`)
    await source.query('delete from account where id between 21 and 40')
    await setting.arrived('the changes')
    await engine.signal(end)
    await act({
      ...setting,
      async rebuild(...options) {
        const args = [rejot, 'rebuild-store', '--state', workspace.stateDir, '--json', ...options]
        const { stdout } = await promisify(execFile)(process.execPath, args)
        return JSON.parse(stdout)
      },
    })
  })
}

/** What the source does while nobody listens, or while what was heard is lost. */
const unheard = `
  delete from account where id <= 20;
  update account set active = false where id between 101 and 120;
  update account set last_name = 'unheard' where id between 201 and 220;
  insert into account select g, 'unheard', g::text from generate_series(701, 720) g`

async function refusedToStart({ startProcess }: Setting): Promise<string> {
  const engine = startProcess()
  await waitFor(() => engine.isRunning, { what: 'an end', until: (isRunning) => !isRunning })
  assert.equal(await engine.signal('SIGKILL'), 1)
  return engine.errors()
}

test('a store whose file is damaged is refused, rebuilt by command, and the destination ends without a stale row', async () => {
  await withStore('SIGTERM', async (setting) => {
    const { source, workspace } = setting
    await assert.rejects(setting.rebuild(), /it is not damaged/)
    // What is derived from the log: with it the store cannot go on, and of the log nothing is lost.
    spoilTable(workspace.stateDir, 'latest', 'root')
    assert.match(await refusedToStart(setting), /Cannot use the event store: its file is damaged.*rebuild-store/s)
    await source.query(unheard)
    assert.equal((await setting.rebuild()).complete, true)
    const engine = await setting.start()
    await setting.arrived('everything')
    await engine.caughtUp()
    await source.query(`update account set last_name = 'after' where id = 300`)
    await setting.arrived('what comes after')
    const aside = readdirSync(workspace.stateDir).find((name) => name.startsWith('set-aside-'))
    assert.ok(aside !== undefined && readdirSync(join(workspace.stateDir, aside)).includes('events.db'))
  })
})

test('killed while a rebuilt store is copied, the engine still deletes what is gone', async () => {
  await withStore('SIGTERM', async (setting) => {
    const { source, destination, workspace, startProcess } = setting
    spoilTable(workspace.stateDir, 'latest', 'root')
    await source.query(unheard)
    await setting.rebuild()
    // The consumer is taken over and cannot write yet.
    const lock = await destination.session()
    await lock.query('begin')
    await lock.query('select from account_destination where id = 300 for update')
    const killed = startProcess()
    const owner = async () => (await destination.query('select "offset"::int as n from rejot.consumer_offset'))[0]?.n
    await waitFor(owner, { what: 'a consumer that was taken over', until: (offset) => offset === 0 })
    await killed.signal('SIGKILL')
    await lock.query('rollback')
    await lock.close()
    await setting.start()
    await setting.arrived('everything')
  })
})

test('a write-ahead log that was deleted is noticed; what only it held is said to be unknown', async () => {
  await withStore('SIGKILL', async (setting) => {
    rmSync(join(setting.workspace.stateDir, 'events.db-wal'))
    assert.match(await refusedToStart(setting), /Cannot use the event store: its write-ahead log is gone/)
    await setting.source.query(unheard)
    assert.equal((await setting.rebuild()).complete, false)
    const engine = await setting.start()
    await engine.caughtUp()
    assert.deepEqual(await staleRows(setting), gone)
    await setting.destination.query('delete from account_destination where id = any ($1)', [gone])
    await setting.arrived('everything else')
  })
})

test('a state folder that was deleted halts its consumers, and --anyway takes their destinations over', async () => {
  await withStore('SIGTERM', async (setting) => {
    const { source, workspace } = setting
    rmSync(workspace.stateDir, { recursive: true })
    await source.query(unheard)
    const halted = await setting.start()
    await halted.until('a halted consumer', ({ consumers }) => consumers.some(({ state }) => state === 'halted'))
    const [consumer] = halted.core.status().consumers
    assert.match(consumer?.failure?.solution ?? '', /rebuild-store --anyway/)
    await halted.stop()
    assert.equal((await setting.rebuild('--anyway')).complete, false)
    const engine = await setting.start()
    await engine.caughtUp()
    // Said by the command, and left.
    assert.deepEqual(await staleRows(setting), gone)
    await setting.destination.query('delete from account_destination where id = any ($1)', [gone])
    await setting.arrived('everything else')
  })
})

/** What `unheard` takes away. */
const gone = [...range(1, 20), ...range(101, 120)]

async function staleRows({ source, destination }: Setting): Promise<readonly number[]> {
  const there = new Set((await source.query(accountTruth)).map(({ id }) => Number(id)))
  const here = (await destination.query('select id from account_destination order by id')).map(({ id }) => Number(id))
  return here.filter((id) => !there.has(id))
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, place) => from + place)
}
