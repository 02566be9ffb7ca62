import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  accountArrived,
  accountDestinationTable,
  accountManifest,
  accountTables,
  accountTruth,
} from './testing/account-manifest.ts'
import { expectSameRows } from './testing/compare-tables.ts'
import { createWorkspace, startEngine } from './testing/engine.ts'
import { createDatabase } from './testing/test-database.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

const server = withServers(['source', 'destination'])

test('consumers that were halted with their destination go on when they are resumed, one by one', async () => {
  const source = await createDatabase(server('source'), {
    slug: 'accounts',
    sql: `${accountTables}; insert into account select n, 'first ' || n, 'last' from generate_series(1, 20) n`,
  })
  const destination = await createDatabase(server('destination'), {
    slug: 'billing',
    sql: `${accountDestinationTable}; create table other (id int primary key);
      create role writer login superuser password 'right'`,
  })
  const writer = { ...destination.connection, user: 'writer', password: 'right' }
  const other = {
    name: 'other',
    sql: 'insert into other values (:id) on conflict do nothing',
    deleteSql: 'delete from other where id = :id',
  }
  const workspace = await createWorkspace(accountManifest(source.connection, writer, [{}, other]))
  const engine = await startEngine(workspace)
  try {
    await engine.caughtUp()
    await destination.query(`alter role writer password 'wrong'`)
    await destination.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'writer'`)
    await source.query(`update account set last_name = 'meanwhile'`)
    const halted = await engine.until('both consumers halted', ({ consumers }) =>
      consumers.every(({ state }) => state === 'halted'),
    )
    assert.deepEqual(
      halted.consumers.map(({ failure }) => failure?.kind),
      ['authentication', 'authentication'],
    )
    await engine.core.resumeConsumer('consume-account')
    await engine.until(
      'a second refusal',
      () => engine.happenings.filter(({ event }) => event === 'halted').length === 3,
    )

    await destination.query(`alter role writer password 'right'`)
    await engine.core.resumeConsumer('consume-account')
    await waitFor(
      () => expectSameRows({ database: source, sql: accountTruth }, { database: destination, sql: accountArrived }),
      { what: 'what one consumer missed', until: (rows) => rows === 20, timeoutMs: 20_000 },
    )
    const [first, second] = (
      await engine.until('one that streams', ({ consumers }) => consumers[0]?.state === 'streaming')
    ).consumers
    assert.deepEqual([first?.state, second?.state], ['streaming', 'halted'])
    await engine.core.resumeConsumer('other')
    await engine.caughtUp()
  } finally {
    await engine.stop()
    await source.drop()
    await destination.drop()
    await workspace.dispose()
  }
})
