import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setUpAccounts } from './testing/account-setting.ts'
import { withServers } from './testing/with-servers.ts'

const server = withServers(['source', 'destination'])

test('consumers that were halted with their destination go on when they are resumed, one by one', async () => {
  const other = {
    name: 'other',
    sql: 'insert into other values (:id) on conflict do nothing',
    deleteSql: 'delete from other where id = :id',
  }
  const setting = await setUpAccounts(
    { source: server('source'), destination: server('destination') },
    {
      source: `insert into account select n, 'first ' || n, 'last' from generate_series(1, 20) n`,
      destination: `create table other (id int primary key); create role writer login superuser password 'writer'`,
      destinationRole: 'writer',
      consumers: [{}, other],
    },
  )
  const { source, destination } = setting
  try {
    const engine = await setting.start()
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

    await destination.query(`alter role writer password 'writer'`)
    await engine.core.resumeConsumer('consume-account')
    await setting.arrived('what one consumer missed')
    const [first, second] = (
      await engine.until('one that streams', ({ consumers }) => consumers[0]?.state === 'streaming')
    ).consumers
    assert.deepEqual([first?.state, second?.state], ['streaming', 'halted'])
    await engine.core.resumeConsumer('other')
    await engine.caughtUp()
  } finally {
    await setting.dispose()
  }
})
