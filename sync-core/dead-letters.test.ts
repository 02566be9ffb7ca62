import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callEngine } from './api/call-engine.ts'
import { toOffset } from './domain/offset.ts'
import { accountArrived, accountTruth, type ConsumerOverrides } from './testing/account-manifest.ts'
import { setUpAccounts } from './testing/account-setting.ts'
import { expectSameRows } from './testing/compare-tables.ts'
import type { TestEngine } from './testing/engine.ts'
import { storedDeadLetters } from './testing/stored-dead-letters.ts'
import { storedEvents } from './testing/stored-events.ts'
import type { TestDatabase } from './testing/test-database.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

const server = withServers(['source', 'destination'])

const id = '@test/accounts/consume-account'

interface Setting {
  readonly source: TestDatabase
  readonly destination: TestDatabase
  readonly engine: TestEngine
  /** Waits until everything that was written to the source has been applied or set aside. */
  settled(): Promise<void>
  /** `id → [full_name, hits]` at the destination. */
  rows(where: string): Promise<readonly (readonly [number, string, number])[]>
  /** Of the stored events with that value in their key, the newest first. */
  operationsOf(key: string): readonly string[]
  letters(): {
    readonly key: string
    readonly sqlstate: string
    readonly constraint: string | undefined
    readonly offset: number
  }[]
}

const refusing = `alter table account_destination
  add constraint no_bad_name check (full_name not like 'Bad%'),
  add constraint no_long_name check (length(full_name) < 40)`

async function withEngine(
  choices: {
    readonly consumers?: readonly ConsumerOverrides[]
    readonly destination?: string
    /** `rejot-desktop.json` beside the manifest. */
    readonly settings?: unknown
  },
  run: (setting: Setting) => Promise<void>,
): Promise<void> {
  const setting = await setUpAccounts(
    { source: server('source'), destination: server('destination') },
    {
      destination: refusing,
      ...choices,
      source: `insert into account select n, 'first ' || n, 'last' from generate_series(1, 20) n`,
    },
  )
  const { source, destination, workspace } = setting
  const engine = await setting.start()
  let marks = 1_000
  try {
    await engine.caughtUp()
    await run({
      source,
      destination,
      engine,
      async settled() {
        marks += 1
        await source.query(`insert into account values ($1, 'mark', 'here')`, [marks])
        await waitFor(() => destination.query('select 1 from account_destination where id = $1', [marks]), {
          what: 'the mark behind everything else',
          until: (found) => found.length > 0,
          timeoutMs: 20_000,
        })
        await engine.caughtUp()
      },
      async rows(where) {
        const found = await destination.query(`select * from account_destination where ${where} order by id`)
        return found.map((row) => [Number(row.id), String(row.full_name), Number(row.hits)] as const)
      },
      operationsOf: (key) => storedEvents(workspace, { key }).map(({ operation }) => operation),
      letters: () =>
        storedDeadLetters(workspace)
          .map(({ key, sqlstate, constraint, offset }) => ({ key, sqlstate, constraint, offset }))
          .sort((a, b) => (a.key < b.key ? -1 : 1)),
    })
  } finally {
    await setting.dispose()
  }
}

test('a refused row waits with its later events; a retry applies the latest one, and changes nothing when it is refused again', () =>
  withEngine({}, async ({ source, destination, engine, settled, rows, letters }) => {
    await source.query(`update account set first_name = 'Bad' where id in (6, 7)`)
    await settled()
    await source.query(`update account set first_name = 'Good' where id in (7, 8)`)
    await settled()
    const [sixth, seventh] = letters()
    assert.deepEqual([sixth?.key, sixth?.sqlstate, sixth?.constraint], ['[6]', '23514', 'no_bad_name'])
    assert.deepEqual([seventh?.key, letters().length], ['[7]', 2])
    assert.deepEqual(await rows('id in (6, 7, 8)'), [
      [6, 'first 6 last', 1],
      [7, 'first 7 last', 1],
      [8, 'Good last', 2],
    ])

    const { applied, refused, reason } = await engine.core.replay(id, { deadLetters: {} })
    assert.deepEqual([applied, refused], [1, 1])
    assert.match(reason ?? '', /no_bad_name/)
    assert.deepEqual(letters(), [sixth])
    assert.deepEqual(await rows('id in (6, 7)'), [
      [6, 'first 6 last', 1],
      [7, 'Good last', 2],
    ])

    await destination.query('alter table account_destination drop constraint no_bad_name')
    const again = await engine.core.replay(id, { deadLetters: { offset: sixth?.offset } })
    assert.deepEqual(again, { applied: 1, refused: 0, waiting: 0, reason: undefined })
    assert.deepEqual([letters(), await rows('id = 6')], [[], [[6, 'Bad last', 2]]])
    await source.query(`update account set first_name = 'free' where id in (6, 7)`)
    await settled()
    assert.deepEqual(await rows('id in (6, 7)'), [
      [6, 'free last', 3],
      [7, 'free last', 3],
    ])
  }))

test('dead letters of one cause are freed together, and a row that is gone meanwhile is deleted', () =>
  withEngine({}, async ({ source, destination, engine, settled, rows, letters }) => {
    await source.query(`update account set first_name = 'Bad' where id in (1, 2, 3)`)
    await source.query(`update account set first_name = repeat('x', 50) where id in (4, 5)`)
    await settled()
    await source.query('delete from account where id = 3')
    await settled()
    assert.equal(letters().length, 5)
    assert.equal((await rows('id <= 5')).length, 5)

    await destination.query('alter table account_destination drop constraint no_bad_name, drop constraint no_long_name')
    const group = await engine.core.replay(id, { deadLetters: { sqlstate: '23514', constraint: 'no_bad_name' } })
    assert.deepEqual([group.applied, group.refused], [3, 0])
    assert.deepEqual(
      letters().map(({ constraint }) => constraint),
      ['no_long_name', 'no_long_name'],
    )
    assert.deepEqual(
      (await rows('id <= 3')).map(([row]) => row),
      [1, 2],
    )
    await engine.core.replay(id, { deadLetters: {} })
    assert.equal((await engine.caughtUp()).consumers[0]?.deadLetters, 0)
    await expectSameRows({ database: source, sql: accountTruth }, { database: destination, sql: accountArrived })
  }))

test('a dead letter that is given up leaves its reason, and the next change of its row goes on', () =>
  withEngine({}, async ({ source, engine, settled, rows, letters }) => {
    await source.query(`update account set first_name = 'Bad' where id = 7`)
    await settled()
    assert.equal(letters().length, 1)
    assert.equal(await engine.core.skipDeadLetters('consume-account', { sqlstate: '99999' }, 'no such'), 0)
    assert.equal(await engine.core.skipDeadLetters('consume-account', { sqlstate: '23514' }, 'a test account'), 1)
    assert.deepEqual([letters(), await rows('id = 7')], [[], [[7, 'first 7 last', 1]]])
    await source.query(`update account set first_name = 'Good' where id = 7`)
    await settled()
    assert.deepEqual(await rows('id = 7'), [[7, 'Good last', 2]])
  }))

test('a replay applies each latest event once more, beside a lane that goes on, and not what is still to come', () =>
  withEngine(
    {
      consumers: [{}, { name: 'other', sql: 'select 1 where :id > 0', deleteSql: 'select 1 where :id > 0' }],
      destination: 'select 1',
    },
    async ({ source, engine, settled, rows }) => {
      await source.query(`update account set first_name = 'second' where id <= 3`)
      await settled()
      assert.deepEqual(
        (await rows('id <= 4')).map(([, , hits]) => hits),
        [2, 2, 2, 1],
      )
      const writing = (async () => {
        for (let round = 0; round < 20; round += 1) {
          await source.query(`update account set last_name = 'round ${round}' where id > 10 and id <= 20`)
        }
      })()
      for (const key of ['1', '[1]']) {
        assert.deepEqual(await engine.core.replay(id, { key }), {
          applied: 1,
          refused: 0,
          waiting: 0,
          reason: undefined,
        })
      }
      assert.equal((await engine.core.replay(id, { key: '777' })).applied, 0)
      // Each row once, however many of its events are meant: 1 to 10, which nobody writes meanwhile.
      const first20 = await engine.core.replay(id, { from: toOffset(1), to: toOffset(10) })
      assert.equal(first20.applied, 10)
      await writing
      await settled()
      assert.deepEqual(
        (await rows('id <= 4')).map(([, , hits]) => hits),
        [5, 3, 3, 2],
      )
      const { consumers } = await engine.caughtUp()
      assert.deepEqual(
        consumers.map(({ state }) => state),
        ['streaming', 'streaming'],
      )

      await engine.core.pauseConsumer(id)
      await assert.rejects(engine.core.replay(id, { key: '1' }), /it is paused/)
      await source.query(`update account set first_name = 'third' where id = 2`)
      await engine.until('an event that waits', (status) => status.consumers[0]?.pending === 1)
      await engine.core.resumeConsumer(id)
      await engine.core.replay(id, { key: '2' })
      await settled()
      // Either way round: the replay before the event applied the former one, after it the new one; none is lost.
      assert.deepEqual(await rows('id = 2'), [[2, 'third last', 5]])
    },
  ))

const other: ConsumerOverrides = {
  name: 'other',
  sql: 'insert into other values (:id, :firstName) on conflict (id) do update set name = excluded.name',
  deleteSql: 'delete from other where id = :id',
}
const beside = `${refusing}; create table other (id int primary key, name text)`

test('a consumer that is to halt does so at its first refused row, and goes on with it once it is resumed', () =>
  withEngine(
    {
      consumers: [{}, other],
      destination: beside,
      settings: { consumers: { 'consume-account': { onRefusal: 'halt' } } },
    },
    async ({ source, destination, engine, rows, letters }) => {
      await source.query(
        `update account set first_name = 'Bad' where id = 7; update account set first_name = 'Good' where id = 8`,
      )
      const halted = await engine.until('the halt', ({ consumers }) => consumers[0]?.state === 'halted')
      assert.match(halted.consumers[0]?.failure?.message ?? '', /no_bad_name.*halts instead of setting the row aside/)
      await waitFor(() => destination.query(`select 1 from other where name in ('Bad', 'Good')`), {
        what: 'the other consumer, which goes on',
        until: (found) => found.length === 2,
      })
      assert.deepEqual([letters(), (await rows('id = 7')).length], [[], 1])
      await destination.query('alter table account_destination drop constraint no_bad_name')
      await engine.core.resumeConsumer(id)
      await engine.caughtUp()
      assert.deepEqual(await rows('id in (7, 8)'), [
        [7, 'Bad last', 2],
        [8, 'Good last', 2],
      ])
    },
  ))

test('a thousand refused rows in a row are a bad statement: the consumer halts, and nothing was set aside', () =>
  withEngine(
    { consumers: [{}, other], destination: beside },
    async ({ source, destination, engine, settled, letters }) => {
      await source.query(`insert into account select n, 'Bad', 'last' from generate_series(2001, 2300) n`)
      await engine.until('dead letters', ({ consumers }) => consumers[0]?.deadLetters === 300)
      await source.query(`insert into account select n, 'Bad', 'last' from generate_series(3001, 3800) n`)
      const halted = await engine.until('the halt', ({ consumers }) => consumers[0]?.state === 'halted')
      assert.match(halted.consumers[0]?.failure?.message ?? '', /1000 rows in a row were refused/)
      assert.equal(halted.consumers[0]?.deadLetters, 300)
      assert.ok(letters().every(({ constraint }) => constraint === 'no_bad_name'))
      await waitFor(() => destination.query('select count(*)::int as rows from other'), {
        what: 'the other consumer, which goes on',
        until: ([row]) => row?.rows === 1_120,
      })
      await destination.query('alter table account_destination drop constraint no_bad_name')
      await engine.core.resumeConsumer(id)
      await settled()
      assert.deepEqual([(await engine.core.replay(id, { deadLetters: {} })).applied, letters()], [300, []])
      await expectSameRows({ database: source, sql: accountTruth }, { database: destination, sql: accountArrived })
    },
  ))

test('a deletion behind a dead letter is kept past all limits of history, and its retry deletes the row', () =>
  withEngine(
    { settings: { history: { days: 0, megabytes: 0 } } },
    async ({ source, engine, settled, rows, letters, operationsOf }) => {
      await source.query(`update account set first_name = 'Bad' where id = 7`)
      await settled()
      await source.query('delete from account where id = 7')
      await settled()
      await source.query('delete from account where id = 8')
      const laterThan = async () => {
        // History ends behind the newest epoch: there has to be one.
        await settled()
        return [operationsOf('8'), operationsOf('7')]
      }
      const [, kept] = await waitFor(laterThan, {
        what: 'a log that has forgotten another deletion',
        until: ([other]) => other?.length === 0,
        timeoutMs: 20_000,
      })
      assert.deepEqual([...(kept ?? [])].sort(), ['delete', 'update'])
      assert.deepEqual(await rows('id = 7'), [[7, 'first 7 last', 1]])
      assert.equal((await engine.core.replay(id, { deadLetters: {} })).applied, 1)
      assert.deepEqual([await rows('id = 7'), letters()], [[], []])
    },
  ))

test('a retry that is cut off by SIGKILL has freed what it wrote, nothing is lost, and asking again frees the rest', async () => {
  const setting = await setUpAccounts(
    { source: server('source'), destination: server('destination') },
    { source: `insert into account select n, 'first', 'last' from generate_series(1, 600) n`, destination: refusing },
  )
  const { source, destination, workspace } = setting
  const letters = (): number => storedDeadLetters(workspace).length
  const hits = () =>
    destination.query('select hits, count(*)::int as rows from account_destination group by 1 order by 1')
  const blocker = await destination.session()
  try {
    const killed = setting.startProcess()
    await killed.said('ready')
    await source.query(`update account set first_name = 'Bad'`)
    await waitFor(letters, { what: 'dead letters', until: (n) => n === 600, timeoutMs: 30_000 })
    await destination.query('alter table account_destination drop constraint no_bad_name')
    // In the second of three transactions: the first is committed.
    await blocker.query('begin')
    await blocker.query('select from account_destination where id = 400 for update')
    const asked = assert.rejects(
      callEngine(workspace.stateDir, 'dead-letters/retry', { consumer: id }),
      /^FailureError: Cannot hear the engine/,
    )
    await waitFor(letters, { what: 'some that are freed', until: (n) => n === 350, timeoutMs: 30_000 })
    await killed.signal('SIGKILL')
    await asked
    await blocker.query('commit')
    const written = [
      { hits: 1, rows: 350 },
      { hits: 2, rows: 250 },
    ]
    assert.deepEqual(await hits(), written)

    const engine = await setting.start()
    await source.query(`update account set first_name = 'Later' where id in (1, 600)`)
    await engine.until(
      'the rest as it was, in a lane that goes on',
      ({ consumers: [one] }) => one?.deadLetters === 350 && one.state === 'streaming',
    )
    await waitFor(hits, { what: 'that what is free goes on', until: (found) => found.at(-1)?.hits === 3 })
    const again = await engine.core.replay(id, { deadLetters: {} })
    assert.deepEqual(again, { applied: 350, refused: 0, waiting: 0, reason: undefined })
    await setting.arrived('every row')
    assert.deepEqual(await hits(), [
      { hits: 2, rows: 599 },
      { hits: 3, rows: 1 },
    ])
  } finally {
    await blocker.close()
    await setting.dispose()
  }
})
