import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callEngine } from './api/call-engine.ts'
import type { ConsumerStatus, EngineStatus } from './domain/status.ts'
import { consumerIdOf, type PipelineSetting, setUpPipeline } from './testing/pipeline-setting.ts'
import { storedDeadLetters } from './testing/stored-dead-letters.ts'
import { storedEvents } from './testing/stored-events.ts'
import { waitFor } from './testing/wait-for.ts'
import { startWireTap, type WireMessage } from './testing/wire-tap.ts'
import { withServers } from './testing/with-servers.ts'

// A version that a destination refuses waits with its key; none is left out, and none is written twice.

const server = withServers(['source', 'destination'])

/** `truth` is what became of each row, written with it. */
const shop = `
create table item (id int primary key, stock int not null);
create table truth (n bigserial primary key, id int not null, stock int);
create function noted() returns trigger language plpgsql as $$ begin
  insert into truth (id, stock) values (coalesce(new.id, old.id), new.stock); return null; end $$;
create trigger noted after insert or update or delete on item for each row execute function noted();
`
const copies = `
create table history (n bigserial primary key, id int not null, stock int, constraint no_twelve check (stock <> 12));
create table item (id int primary key, stock int not null);
`
const versionsOf = (table: string): string => `select id, array_agg(stock order by n)::text from ${table} group by id`
const history = consumerIdOf('history')

type Names = 'source' | 'destination'

interface Choices {
  /** Of the consumer that takes every version. */
  readonly onRefusal?: 'park' | 'halt'
  /** Run at the destination, after its tables are made. */
  readonly destination?: string
  /** The destination's port, as the engine reaches it. */
  readonly through?: { readonly host: string; readonly port: number }
}

async function withShop(
  { onRefusal = 'park', destination = '', through }: Choices,
  act: (pipeline: PipelineSetting<Names>) => Promise<void>,
): Promise<void> {
  const pipeline = await setUpPipeline<Names>({
    databases: {
      source: { server: server('source'), sql: shop },
      destination: {
        server: server('destination'),
        sql: `${copies} ${destination}`,
        ...(through === undefined ? {} : { through }),
      },
    },
    publicSchemas: {
      item: {
        from: 'source',
        key: ['id'],
        columns: { id: 'integer', stock: 'integer' },
        tables: { item: 'select i.id, i.stock from item i where i.id = :id' },
      },
    },
    consumers: {
      history: {
        of: 'item',
        into: 'destination',
        everyVersion: true,
        onRefusal,
        sql: 'insert into history (id, stock) values (:id, :stock)',
        deleteSql: 'insert into history (id) values (:id)',
        truth: versionsOf('truth'),
        rows: versionsOf('history'),
      },
      item: {
        of: 'item',
        into: 'destination',
        sql: 'insert into item values (:id, :stock) on conflict (id) do update set stock = excluded.stock',
        deleteSql: 'delete from item where id = :id',
        truth: 'select id, stock from item',
        rows: 'select id, stock from item',
      },
    },
    history: { days: 0, megabytes: 0 },
  })
  try {
    await act(pipeline)
  } finally {
    await pipeline.dispose()
  }
}

function consumerIn(status: EngineStatus, name = 'history'): ConsumerStatus | undefined {
  return status.consumers.find((one) => one.name === name)
}

const stocksOf = async ({ databases }: PipelineSetting<Names>, id: number): Promise<string> => {
  const rows = await databases.destination.query('select stock from history where id = $1 order by n', [id])
  return rows.map(({ stock }) => stock).join()
}

async function update({ databases }: PipelineSetting<Names>, id: number, ...stocks: readonly number[]): Promise<void> {
  for (const stock of stocks) await databases.source.query('update item set stock = $2 where id = $1', [id, stock])
}

/** Everything that was written to the source has been applied, or waits behind a dead letter. */
async function settled(pipeline: PipelineSetting<Names>, mark: number): Promise<void> {
  await pipeline.databases.source.query('insert into item values ($1, 0)', [mark])
  await waitFor(() => stocksOf(pipeline, mark), { what: 'the mark', until: (stocks) => stocks === '0' })
}

test('a refused version parks its key, and a retry applies it and all that wait behind it, in order and once', () =>
  withShop({}, async (pipeline) => {
    const { source, destination } = pipeline.databases
    const engine = await pipeline.start()
    await engine.caughtUp()
    await source.query(`begin; insert into item values (1, 11), (2, 21); update item set stock = 12 where id = 1;
      update item set stock = 13 where id = 1; delete from item where id = 1; insert into item values (1, 14); commit`)
    await update(pipeline, 1, 15, 12, 16)
    await update(pipeline, 2, 22, 23)
    await settled(pipeline, 1_000)
    assert.deepEqual([await stocksOf(pipeline, 1), await stocksOf(pipeline, 2)], ['11', '21,22,23'])
    await pipeline.arrived('who takes the last of each', { consumers: ['item'] })
    const parked = storedDeadLetters(pipeline.workspace)
    assert.deepEqual(
      parked.map(({ key, sqlstate, constraint, waiting }) => [key, sqlstate, constraint, waiting]),
      [['[1]', '23514', 'no_twelve', 6]],
    )
    const { state, deadLetters, held, pending } = consumerIn(engine.core.status()) ?? {}
    assert.deepEqual([state, deadLetters, held, pending], ['streaming', 1, 7, 0])
    // No limit of history takes what waits; it ends behind the newest epoch, so there has to be one.
    let mark = 2_000
    const eventsOfSecond = async () => {
      mark += 1
      await settled(pipeline, mark)
      return storedEvents(pipeline.workspace, { key: '2' }).length
    }
    await waitFor(eventsOfSecond, { what: 'history that has gone', until: (events) => events === 2 })

    const again = await engine.core.replay('history', { deadLetters: {} })
    assert.deepEqual([again.applied, again.refused], [0, 1])
    assert.match(again.reason ?? '', /no_twelve/)
    assert.deepEqual([storedDeadLetters(pipeline.workspace), await stocksOf(pipeline, 1)], [parked, '11'])

    await destination.query('alter table history drop constraint no_twelve, add constraint fifteen check (stock <> 15)')
    const further = await engine.core.replay('history', { deadLetters: {} })
    assert.deepEqual([further.applied, further.refused], [0, 1])
    assert.match(further.reason ?? '', /fifteen/)
    assert.equal(await stocksOf(pipeline, 1), '11,12,13,,14')
    const [moved, other] = storedDeadLetters(pipeline.workspace)
    assert.deepEqual([moved?.constraint, moved?.waiting, other], ['fifteen', 2, undefined])

    await update(pipeline, 1, 17)
    await settled(pipeline, 1_001)
    assert.equal(await stocksOf(pipeline, 1), '11,12,13,,14')
    await destination.query('alter table history drop constraint fifteen')
    const last = await engine.core.replay('history', { deadLetters: { sqlstate: '23514' } })
    assert.deepEqual([last.applied, last.refused], [1, 0])
    await update(pipeline, 1, 18)
    await pipeline.arrived('all versions')
    const after = consumerIn(await engine.caughtUp())
    assert.deepEqual([after?.deadLetters, after?.held], [0, 0])
  }))

test('a version that is given up is left out, and those that waited behind it go on', () =>
  withShop({}, async (pipeline) => {
    const { source } = pipeline.databases
    const engine = await pipeline.start()
    await engine.caughtUp()
    await source.query('insert into item values (1, 11)')
    await update(pipeline, 1, 12, 13, 12, 14)
    await settled(pipeline, 1_000)
    assert.equal(await engine.core.skipDeadLetters('history', { constraint: 'no_twelve' }, 'a dozen'), 1)
    await waitFor(() => stocksOf(pipeline, 1), { what: 'what waited', until: (stocks) => stocks === '11,13' })
    const [second, third] = storedDeadLetters(pipeline.workspace)
    assert.deepEqual([second?.waiting, third], [1, undefined])
    assert.equal(await engine.core.skipDeadLetters('history', {}, 'a dozen again'), 1)
    await waitFor(() => stocksOf(pipeline, 1), { what: 'the rest', until: (stocks) => stocks === '11,13,14' })
    await update(pipeline, 1, 15)
    await settled(pipeline, 1_001)
    assert.equal(await stocksOf(pipeline, 1), '11,13,14,15')
  }))

test('a retry that is cut off by SIGKILL as it commits loses no version and writes none twice', async () => {
  let kill: ((message: WireMessage) => void) | undefined
  const tap = await startWireTap(server('destination'), (message) => {
    if (kill === undefined || message.sender !== 'server' || message.type !== 'C') return 'passes'
    if (message.body.toString('latin1') !== 'COMMIT\0') return 'passes'
    kill(message)
    return 'cut'
  })
  try {
    await withShop({ through: { host: '127.0.0.1', port: tap.port } }, async (pipeline) => {
      const { source, destination } = pipeline.databases
      const first = pipeline.startProcess()
      await first.said('ready')
      // More than go in one transaction.
      await source.query(`do $$ begin insert into item values (1, 12), (2, 12);
        for n in 100..1600 loop update item set stock = n where id = 1; end loop; end $$`)
      await settled(pipeline, 1_000)
      assert.equal(storedDeadLetters(pipeline.workspace).length, 2)
      await destination.query('alter table history drop constraint no_twelve')
      kill = () => {
        kill = undefined
        process.kill(first.pid, 'SIGKILL')
      }
      await assert.rejects(callEngine(pipeline.workspace.stateDir, 'dead-letters/retry', { consumer: history }))
      assert.equal((await stocksOf(pipeline, 1)).split(',').length, 1_000)
      await update(pipeline, 1, 1_601)
      const engine = await pipeline.start()
      await settled(pipeline, 1_001)
      assert.equal((await stocksOf(pipeline, 1)).split(',').length, 1_000)
      const rest = await engine.core.replay('history', { deadLetters: {} })
      assert.deepEqual([rest.applied, rest.refused, storedDeadLetters(pipeline.workspace)], [2, 0, []])
      await pipeline.arrived('all versions')
    })
  } finally {
    await tap.dispose()
  }
})

test('of a key whose versions cannot follow one another none is taken for superseded', () =>
  withShop(
    { destination: 'create table allowed (stock int primary key); alter table history drop constraint no_twelve' },
    async (pipeline) => {
      const { source, destination } = pipeline.databases
      const engine = await pipeline.start()
      await engine.caughtUp()
      await source.query('insert into item values (1, 11)')
      await settled(pipeline, 1_000)
      await destination.query(`insert into allowed select generate_series(0, 100); delete from allowed where stock = 12;
        alter table history add foreign key (stock) references allowed`)
      await update(pipeline, 1, 12, 13)
      await waitFor(() => storedDeadLetters(pipeline.workspace), {
        what: 'a dead letter',
        until: (found) => found.length > 0,
      })
      await settled(pipeline, 1_001)
      assert.equal(await stocksOf(pipeline, 1), '11')
      await destination.query('insert into allowed values (12)')
      assert.equal((await engine.core.replay('history', { key: '1' })).applied, 1)
      await pipeline.arrived('all versions')
    },
  ))

test('who is to halt does so at the first refused version, and goes on with it once resumed', () =>
  withShop({ onRefusal: 'halt' }, async (pipeline) => {
    const { source, destination } = pipeline.databases
    const engine = await pipeline.start()
    await engine.caughtUp()
    await source.query('insert into item values (1, 12), (2, 21)')
    await update(pipeline, 1, 13)
    const halted = await engine.until('the halt', (status) => consumerIn(status)?.state === 'halted')
    assert.match(consumerIn(halted)?.failure?.message ?? '', /no_twelve.*halts instead of setting the row aside/)
    await update(pipeline, 2, 22)
    await pipeline.arrived('the other consumer', { consumers: ['item'] })
    assert.deepEqual([storedDeadLetters(pipeline.workspace), await stocksOf(pipeline, 2)], [[], ''])
    await destination.query('alter table history drop constraint no_twelve')
    await engine.core.resumeConsumer('history')
    await pipeline.arrived('all versions')
  }))

test('a thousand refused versions in a row are a bad statement: nothing was set aside', () =>
  withShop({}, async (pipeline) => {
    const { source, destination } = pipeline.databases
    const engine = await pipeline.start()
    await engine.caughtUp()
    await source.query('insert into item select n, 12 from generate_series(1, 400) n')
    await engine.until('dead letters', (status) => consumerIn(status)?.deadLetters === 400)
    await source.query(`update item set stock = 1; insert into item select n, 12 from generate_series(401, 1000) n;
      update item set stock = 2`)
    const halted = await engine.until('the halt', (status) => consumerIn(status)?.state === 'halted')
    assert.match(consumerIn(halted)?.failure?.message ?? '', /1000 rows in a row were refused/)
    assert.equal(consumerIn(halted)?.deadLetters, 400)
    await destination.query('alter table history drop constraint no_twelve')
    await engine.core.resumeConsumer('history')
    await waitFor(() => stocksOf(pipeline, 1_000), { what: 'the others', until: (stocks) => stocks === '12,2' })
    assert.equal((await engine.core.replay('history', { deadLetters: {} })).applied, 400)
    await pipeline.arrived('all versions')
  }))
