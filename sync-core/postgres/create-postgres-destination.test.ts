import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { ConsumerStatements, DestinationSession, EventToApply } from '../domain/destination.ts'
import type { Operation } from '../domain/event.ts'
import type { StoreHistory } from '../domain/event-store.ts'
import { FailureError } from '../domain/failure.ts'
import { toOffset, zeroOffset } from '../domain/offset.ts'
import { sqlAnalyst } from '../sql/sql-analyst.ts'
import { startFaultyProxy } from '../testing/faulty-proxy.ts'
import { createDatabase, type TestDatabase } from '../testing/test-database.ts'
import { waitFor } from '../testing/wait-for.ts'
import { withServers } from '../testing/with-servers.ts'
import { createPostgresDestination } from './create-postgres-destination.ts'

const server = withServers(['destination'])
const never = new AbortController().signal
const consumer = '@test/crm/contacts'

const columns = [
  { name: 'id', type: 'integer' },
  { name: 'firstName', type: 'text' },
  { name: 'emails', type: 'text[]' },
  { name: 'settings', type: 'jsonb' },
  { name: 'mood', type: 'some_enum_of_the_source' },
]

const tableSql = `create table contact (id int primary key, name varchar(10), email text unique, settings jsonb, mood text, hits int default 0)`
const upsertSql = `insert into contact (id, name, email, settings, mood, hits) values (:id, concat(:firstName, '!'), (:emails)[1], :settings, :mood, 1)
  on conflict (id) do update set name = excluded.name, email = excluded.email, settings = excluded.settings, hits = contact.hits + 1;`
const statements: ConsumerStatements = {
  consumer,
  columns,
  sql: upsertSql,
  deleteSql: 'delete from contact where id = :id -- gone',
}

function event(offset: number, operation: Operation, key: number, row: Record<string, unknown> = {}): EventToApply {
  return { offset: toOffset(offset), operation, key: `[${key}]`, payload: JSON.stringify({ id: key, ...row }) }
}

async function open(sql = tableSql, used = statements) {
  const database = await createDatabase(server('destination'), { sql })
  const session = await createPostgresDestination({ connection: database.connection, analyst: sqlAnalyst }).connect(
    never,
  )
  const close = async (): Promise<void> => {
    await session.close()
    await database.drop()
  }
  try {
    await session.prepare(used)
  } catch (error) {
    await close()
    throw error
  }
  await session.offsets([consumer], store, zeroOffset)
  return { database, session, close }
}

const store = historyOf()

function historyOf(uuid: string = randomUUID(), holds = true): StoreHistory {
  return { uuid, opening: randomUUID(), holds: () => holds }
}

async function apply(session: DestinationSession, from: number, to: number, events: readonly EventToApply[]) {
  const transaction = await session.begin([consumer], toOffset(from))
  try {
    await transaction.apply(consumer, events)
    await transaction.commit(toOffset(to))
  } catch (error) {
    await transaction.rollback()
    throw error
  }
}

function rows(database: TestDatabase) {
  return database.query('select id, name, email, settings::text, mood, hits from contact order by id')
}

test('rows and offset arrive in one transaction, values as they were', async () => {
  const { database, session, close } = await open()
  try {
    await apply(session, 0, 2, [
      event(1, 'insert', 1, {
        firstName: 'Ada',
        emails: ['a@x', 'b@x'],
        settings: '{"b": 1, "a": 12345678901234567890}',
        mood: 'glad',
      }),
      event(2, 'insert', 2, { firstName: null, emails: [], settings: null, mood: null }),
    ])
    assert.deepEqual(await rows(database), [
      { id: 1, name: 'Ada!', email: 'a@x', settings: '{"a": 12345678901234567890, "b": 1}', mood: 'glad', hits: 1 },
      { id: 2, name: '!', email: null, settings: null, mood: null, hits: 1 },
    ])
    assert.deepEqual(await session.offsets([consumer], store, zeroOffset), new Map([[consumer, 2]]))
  } finally {
    await close()
  }
})

test('upserts and deletes go in one sequence', async () => {
  const { database, session, close } = await open()
  try {
    await apply(session, 0, 4, [
      event(1, 'insert', 1, { firstName: 'one', emails: ['same@x'] }),
      event(2, 'delete', 1, { firstName: 'one', emails: ['same@x'] }),
      event(3, 'insert', 2, { firstName: 'two', emails: ['same@x'] }),
    ])
    assert.deepEqual(
      (await rows(database)).map((row) => [row.id, row.email]),
      [[2, 'same@x']],
    )
  } finally {
    await close()
  }
})

test('new rows that are there already are written over, again and again', async () => {
  const { database, session, close } = await open()
  try {
    await apply(session, 0, 2, [event(1, 'insert', 1), event(2, 'insert', 2)])
    await apply(session, 2, 4, [
      event(3, 'insert', 2, { firstName: 'again' }),
      event(4, 'insert', 3, { firstName: 'new' }),
    ])
    await apply(session, 4, 6, [event(5, 'insert', 3, { firstName: 'third' }), event(6, 'insert', 4)])
    assert.deepEqual(
      (await rows(database)).map(({ id, name, hits }) => [id, name, hits]),
      [
        [1, '!', 1],
        [2, 'again!', 2],
        [3, 'third!', 2],
        [4, '!', 1],
      ],
    )
  } finally {
    await close()
  }
})

test('a second engine that moved the offset is noticed before anything is written', async () => {
  const { database, session, close } = await open()
  try {
    await apply(session, 0, 1, [event(1, 'insert', 1)])
    await assert.rejects(apply(session, 0, 2, [event(2, 'insert', 2)]), /another engine has moved/)
    assert.equal((await rows(database)).length, 1)
  } finally {
    await close()
  }
})

test('an offset that another event store wrote is refused', async () => {
  const { session, close } = await open()
  try {
    await assert.rejects(session.offsets([consumer], historyOf(), zeroOffset), /written from another event store/)
  } finally {
    await close()
  }
})

test('an offset that a later state of this event store wrote is refused, one that it still holds is not', async () => {
  const { session, close } = await open()
  try {
    const again = historyOf(store.uuid)
    assert.deepEqual(await session.offsets([consumer], again, zeroOffset), new Map([[consumer, 0]]))
    const restored = historyOf(store.uuid, false)
    await assert.rejects(
      session.offsets([consumer], restored, zeroOffset),
      /written from a later state of the event store/,
    )
  } finally {
    await close()
  }
})

test('a connection that leads nowhere is noticed, and its locks are let go; a statement that takes long is not', async () => {
  const database = await createDatabase(server('destination'), {
    sql: `${tableSql}; create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(2); return new; end';
      create trigger slow before insert on contact for each row execute function slow()`,
  })
  const proxy = await startFaultyProxy({ host: database.connection.host, port: database.connection.port })
  const connection = { ...database.connection, port: proxy.port }
  const destination = createPostgresDestination({ connection, analyst: sqlAnalyst, patienceMs: 200 })
  const session = await destination.connect(never)
  try {
    await session.prepare(statements)
    await session.offsets([consumer], store, zeroOffset)
    await apply(session, 0, 1, [event(1, 'insert', 1, { firstName: 'slow' })])
    assert.equal((await rows(database)).length, 1)
    const transaction = await session.begin([consumer], toOffset(1))
    await transaction.apply(consumer, [event(2, 'update', 1, { firstName: 'open' })])
    const transactions = `select count(*)::int as n from pg_stat_activity where application_name = 'ReJot apply' and datname = current_database()`
    // Nothing of what the server has said, or says, reaches us any more; it does not know.
    proxy.pause()
    const lost = assert.rejects(transaction.commit(toOffset(2)), (error: unknown) => {
      assert.ok(error instanceof FailureError)
      assert.equal(error.failure.kind, 'unreachable')
      return true
    })
    await new Promise((resolve) => setImmediate(resolve))
    proxy.forget()
    await lost
    await waitFor(() => database.query(transactions), { what: 'no session of ours', until: ([row]) => row?.n === 0 })
  } finally {
    await session.close()
    await proxy.dispose()
    await database.drop()
  }
})

test('a refused row undoes the transaction; one by one, the others are written and it is named', async () => {
  const { database, session, close } = await open()
  try {
    const events = [
      event(1, 'insert', 1, { firstName: 'short' }),
      event(2, 'insert', 2, { firstName: 'much too long for it' }),
      event(3, 'update', 2, { firstName: 'fits' }),
      event(4, 'insert', 3, { firstName: 'last' }),
    ]
    await assert.rejects(apply(session, 0, 4, events), (error: unknown) => {
      assert.ok(error instanceof FailureError)
      assert.equal(error.failure.policy, 'dead-letter')
      assert.equal(error.failure.sqlstate, '22001')
      assert.doesNotMatch(error.failure.message, /much too long/)
      return true
    })
    assert.deepEqual(await rows(database), [])
    const transaction = await session.begin([consumer], zeroOffset)
    const refusals = await transaction.applyOneByOne(consumer, events)
    await transaction.commit(toOffset(4))
    assert.deepEqual(
      refusals.map((refusal) => [refusal.offset, refusal.waitsBehind, refusal.failure.sqlstate]),
      [
        [2, false, '22001'],
        [3, true, '23000'],
      ],
    )
    assert.deepEqual(
      (await rows(database)).map((row) => row.id),
      [1, 3],
    )
  } finally {
    await close()
  }
})

test('a constraint that waits for the end is laid to the row that breaks it', async () => {
  const sql = `create table parent (id int primary key);
    create table contact (id int primary key, parent_id int references parent deferrable initially deferred)`
  const used = { ...statements, sql: 'insert into contact values (:id, :id)', deleteSql: undefined }
  const { database, session, close } = await open(sql, used)
  try {
    await database.query('insert into parent values (1)')
    await assert.rejects(
      apply(session, 0, 2, [event(1, 'insert', 1), event(2, 'insert', 2)]),
      /breaks|constraint|violates/,
    )
    const transaction = await session.begin([consumer], zeroOffset)
    const refusals = await transaction.applyOneByOne(consumer, [event(1, 'insert', 1), event(2, 'insert', 2)])
    await transaction.commit(toOffset(2))
    assert.deepEqual(
      refusals.map((refusal) => refusal.offset),
      [2],
    )
    assert.deepEqual(await database.query('select id from contact'), [{ id: 1 }])
  } finally {
    await close()
  }
})

const refusedSql: readonly {
  readonly what: string
  readonly sql: string
  readonly message: RegExp
  readonly at?: string
}[] = [
  {
    what: 'a missing table',
    sql: 'insert into contacts values (:id)',
    message: /relation "contacts" does not exist/,
    at: 'contacts',
  },
  {
    what: 'a missing column',
    sql: 'insert into contact (id, nme) values (:id, :firstName)',
    message: /column "nme"/,
    at: 'nme',
  },
  {
    what: 'a placeholder that is no column',
    sql: 'insert into contact (id) values (:ident)',
    message: /:ident is no column/,
    at: ':ident',
  },
]

for (const { what, sql, message, at } of refusedSql) {
  test(`${what} in the consumer's SQL is one sentence with its position`, async () => {
    await assert.rejects(open(tableSql, { ...statements, sql, deleteSql: undefined }), (error: unknown) => {
      assert.ok(error instanceof FailureError)
      assert.equal(error.failure.policy, 'halt')
      assert.match(error.failure.message, message)
      assert.equal(error.failure.position, sql.indexOf(at ?? '') + 1)
      return true
    })
  })
}

test('a statement that gives rows back, a select and a dollar quote run as they are', async () => {
  for (const sql of [
    'insert into contact (id) values (:id) returning id',
    'with given as (select :id::int as id) insert into contact (id) select id from given',
    'select add_contact(:id)',
    `insert into contact (id, name) values (:id, $tag$:id $1 '$$ $tag$)`,
  ]) {
    const make = `${tableSql}; create function add_contact(n int) returns void language sql as 'insert into contact (id) values (n)'`
    const { database, session, close } = await open(make, { ...statements, sql, deleteSql: undefined })
    try {
      await apply(session, 0, 1, [event(1, 'insert', 5)])
      assert.deepEqual(
        (await rows(database)).map((row) => row.id),
        [5],
        sql,
      )
    } finally {
      await close()
    }
  }
})

test('a connection that is cut while a consumer is made ready is no reason to halt it', async () => {
  const { database, session, close } = await open()
  const locker = await database.session()
  try {
    // Whether the table has triggers is asked last.
    await locker.query('begin; lock table pg_trigger in access exclusive mode')
    const prepared = session.prepare(statements).then(
      () => undefined,
      (error: unknown) => error,
    )
    const cutSql = `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'ReJot apply' and datname = current_database() and wait_event_type = 'Lock'`
    await waitFor(() => locker.query(cutSql), { what: 'a session that waits', until: (rows) => rows.length > 0 })
    await locker.query('rollback')
    const error = await prepared
    assert.ok(error instanceof FailureError)
    assert.equal(error.failure.policy, 'retry')
  } finally {
    await locker.close()
    await close()
  }
})

test('consumers that come back one after the other keep their own SQL', async () => {
  const first = { ...statements, sql: 'insert into contact (id, name) values (:id, :firstName)' }
  const second = { ...first, consumer: '@test/crm/others', sql: 'insert into other (id) values (:id)' }
  const { database, session, close } = await open(`${tableSql}; create table other (id int primary key)`, first)
  try {
    for (const used of [second, first, second]) await session.prepare(used)
    await apply(session, 0, 1, [event(1, 'insert', 1, { firstName: 'Ada' })])
    assert.deepEqual(await database.query('select id, name from contact'), [{ id: 1, name: 'Ada' }])
    assert.deepEqual(await database.query('select id from other'), [])
  } finally {
    await close()
  }
})

test('many connections at once to a destination that knows nothing of us yet', async () => {
  for (let round = 0; round < 5; round++) {
    const database = await createDatabase(server('destination'), { sql: tableSql })
    const destination = createPostgresDestination({ connection: database.connection, analyst: sqlAnalyst })
    const connections = await Promise.allSettled(Array.from({ length: 8 }, () => destination.connect(never)))
    for (const connection of connections) if (connection.status === 'fulfilled') await connection.value.close()
    await database.drop()
    assert.deepEqual(
      connections.map(({ status }) => status),
      connections.map(() => 'fulfilled'),
    )
  }
})
