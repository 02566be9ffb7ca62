import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { DestinationSession, EventToApply } from '../domain/destination.ts'
import { FailureError } from '../domain/failure.ts'
import { type Offset, toOffset, zeroOffset } from '../domain/offset.ts'
import { sqlAnalyst } from '../sql/sql-analyst.ts'
import { chooseSeed, createRandom, type Random } from '../testing/random.ts'
import { createDatabase } from '../testing/test-database.ts'
import { withServers } from '../testing/with-servers.ts'
import { createPostgresDestination } from './create-postgres-destination.ts'

// Many rows in one statement must come out as they would one by one, whatever the statement and the constraints are.

const server = withServers(['destination'])
const consumer = '@test/crm/contacts'
const columns = [
  { name: 'id', type: 'integer' },
  { name: 'email', type: 'text' },
  { name: 'amount', type: 'numeric' },
  { name: 'tags', type: 'text[]' },
  { name: 'extra', type: 'jsonb' },
  { name: 'mood', type: 'mood_of_the_source' },
]

const tableSql = `
create type mood as enum ('glad', 'sad');
create domain short as varchar(6);
create table contact (
  id int primary key, email short unique, amount numeric(5, 1) check (amount <> 13), tags text[], extra jsonb, mood mood,
  own text not null default 'own', hits int not null default 1, doubled numeric generated always as (amount * 2) stored);
create table boss (id int primary key, email text, boss int references boss (id));
create table spread (id int, email text, amount numeric, primary key (id, amount)) partition by range (id);
create table spread_low partition of spread for values from (0) to (6);
create table spread_high partition of spread for values from (6) to (100);
create table log (id int, email text, no int generated always as identity)`

const all =
  'insert into contact (id, email, amount, tags, extra, mood) values (:id, :email, :amount, :tags, :extra, :mood)'
const shapes: readonly { readonly what: string; readonly sql: string; readonly deleteSql: string }[] = [
  {
    what: 'a plain upsert',
    sql: `${all} on conflict (id) do update set email = excluded.email, amount = excluded.amount, tags = excluded.tags, extra = excluded.extra, mood = excluded.mood`,
    deleteSql: 'delete from contact where id = :id',
  },
  {
    what: 'counting',
    sql: `insert into contact (id, email, amount) values (:id, upper(:email) || '!', :amount::numeric + 1) on conflict (id) do update set hits = contact.hits + 1, amount = contact.amount + excluded.amount`,
    deleteSql: 'delete from contact where id = :id',
  },
  {
    what: 'another conflict target',
    sql: `${all} on conflict (email) do update set id = excluded.id, amount = excluded.amount, hits = contact.hits + 1`,
    deleteSql: 'delete from contact where email = :email',
  },
  {
    what: 'the first one stays',
    sql: `${all} on conflict do nothing`,
    deleteSql: 'delete from contact where id = :id',
  },
  { what: 'no conflict clause', sql: all, deleteSql: 'delete from contact where id = :id' },
  {
    what: 'an update under a condition',
    sql: `${all} on conflict (id) do update set amount = excluded.amount where contact.amount < excluded.amount`,
    deleteSql: 'delete from contact where id = :id and amount < 50',
  },
  {
    what: 'rows that refer to one another',
    sql: 'insert into boss values (:id, :email, nullif(:amount::int, 0)) on conflict (id) do update set email = excluded.email, boss = excluded.boss',
    deleteSql: 'delete from boss where id = :id',
  },
  {
    what: 'partitions',
    sql: 'insert into spread values (:id, :email, :amount) on conflict (id, amount) do update set email = excluded.email',
    deleteSql: 'delete from spread where id = :id',
  },
  {
    what: 'a table without a key',
    sql: 'insert into log (id, email) values (:id, :email)',
    deleteSql: 'delete from log where id = :id',
  },
]

/** Few keys and few values, so that they meet; some that no table takes. */
function randomEvents(random: Random, from: number): readonly EventToApply[] {
  const keys = Array.from({ length: 12 }, (_, place) => place + 1).filter(() => random.next() < 0.7)
  // Each key once in an epoch, in any order; several epochs together have a key several times.
  const order = keys.map((key) => ({ key, at: random.next() })).sort((a, b) => a.at - b.at)
  const withDeletes = random.next() < 0.5
  // An event may say that its row is new where the destination has it already.
  const saidNew = random.next() < 0.5
  // In some epochs every row is accepted, and always in the first, into an empty table; in others they meet.
  const rough = from > 1 && random.next() < 0.5
  const rarely = (chance: number): boolean => rough && random.next() < chance
  return order.map(({ key }, place) => {
    const row = {
      id: key,
      email: rarely(0.03) ? 'far too long' : random.next() < 0.1 ? null : `m${random.upTo(rough ? 14 : 99_999)}`,
      amount: random.pick([0, 1, 2, 3, 4, 5, 12.25, rarely(0.1) ? 13 : 7, rarely(0.05) ? 123456 : 8]),
      tags: random.pick([null, [], ['a'], ['a', null, 'b "c"']]),
      extra: random.pick([null, '{"a": 1, "a": 2}', '[1.10]', '"text"', 'null']),
      mood: random.pick(['glad', 'sad', null, rarely(0.1) ? 'none' : 'sad']),
    }
    const operation = withDeletes && random.next() < 0.3 ? 'delete' : saidNew ? 'insert' : 'update'
    return { offset: toOffset(from + place), operation, key: `[${key}]`, payload: JSON.stringify(row) }
  })
}

type Outcome = readonly (readonly [offset: number, sqlstate: string | undefined])[]

async function oneByOne(session: DestinationSession, events: readonly EventToApply[], from: Offset): Promise<Outcome> {
  const to = toOffset(from + events.length)
  const transaction = await session.begin([consumer], from)
  const refusals = events.length === 0 ? [] : await transaction.applyOneByOne(consumer, events)
  await transaction.commit(to)
  return refusals.map(({ offset, failure, waitsBehind }) => [offset - from, waitsBehind ? undefined : failure.sqlstate])
}

/** As the engine does it: all at once, and row by row when one is refused. Returns whether it was all at once. */
async function together(
  session: DestinationSession,
  events: readonly EventToApply[],
  from: Offset,
): Promise<Outcome | undefined> {
  const transaction = await session.begin([consumer], from)
  try {
    if (events.length > 0) await transaction.apply(consumer, events)
    await transaction.commit(toOffset(from + events.length))
    return undefined
  } catch (error) {
    await transaction.rollback()
    if (!(error instanceof FailureError) || error.failure.policy !== 'dead-letter') throw error
    return oneByOne(session, events, from)
  }
}

async function open(statements: { readonly sql: string; readonly deleteSql: string }) {
  const database = await createDatabase(server('destination'), { sql: tableSql })
  const session = await createPostgresDestination({ connection: database.connection, analyst: sqlAnalyst }).connect(
    new AbortController().signal,
  )
  await session.prepare({ consumer, columns, ...statements })
  await session.offsets([consumer], { uuid: randomUUID(), opening: randomUUID(), holds: () => true }, zeroOffset)
  const contents = (): Promise<unknown> =>
    database.query(`select (select json_agg(c order by id) from contact c) as contact, (select json_agg(b order by id) from boss b) as boss,
      (select json_agg(s order by id, amount) from spread s) as spread, (select json_agg(l order by no) from (select id, email, no from log) l) as log`)
  return { session, contents, close: () => session.close().then(() => database.drop()) }
}

for (const { what, sql, deleteSql } of shapes) {
  test(`random epochs, together and one by one: ${what}`, async (t) => {
    const seed = chooseSeed()
    t.diagnostic(`REJOT_TEST_SEED=${seed}`)
    const random = createRandom(seed)
    const [set, single] = await Promise.all([open({ sql, deleteSql }), open({ sql, deleteSql })])
    let wholeEpochs = 0
    try {
      let from = zeroOffset
      for (let epoch = 0; epoch < 30; epoch++) {
        const events = randomEvents(random, from + 1)
        const outcome = await together(set.session, events, from)
        const expected = await oneByOne(single.session, events, from)
        if (outcome === undefined) wholeEpochs += 1
        // Rows that refer to one another may pass together where one by one they are tried once more.
        if (outcome !== undefined) assert.deepEqual(outcome, expected, `REJOT_TEST_SEED=${seed}, epoch ${epoch}`)
        else if (expected.length > 0) await retry(single.session, events, expected, toOffset(from + events.length))
        assert.deepEqual(await set.contents(), await single.contents(), `REJOT_TEST_SEED=${seed}, epoch ${epoch}`)
        from = toOffset(from + events.length)
      }
      // A key that is there is refused without a conflict clause, in nearly every epoch.
      if (sql !== all) assert.ok(wholeEpochs > 0, 'not one epoch passed as a whole')
    } finally {
      await set.close()
      await single.close()
    }
  })
}

/** What was refused one by one and not together has to pass now that the others are there. */
async function retry(
  session: DestinationSession,
  events: readonly EventToApply[],
  refused: Outcome,
  at: Offset,
): Promise<void> {
  const first = events[0]?.offset ?? zeroOffset
  let left = events.filter((event) => refused.some(([place]) => place === event.offset - first + 1))
  while (left.length > 0) {
    const transaction = await session.begin([consumer], at)
    const refusals = await transaction.applyOneByOne(consumer, left)
    // A ring of them never passes one by one: each waits for another.
    const isRing = refusals.length === left.length
    if (isRing) await transaction.apply(consumer, left)
    await transaction.commit(at)
    left = isRing ? [] : left.filter((event) => refusals.some(({ offset }) => offset === event.offset))
  }
}
