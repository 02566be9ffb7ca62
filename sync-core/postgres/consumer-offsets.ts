import type { StoreHistory } from '../domain/event-store.ts'
import { FailureError } from '../domain/failure.ts'
import { type Offset, toOffset } from '../domain/offset.ts'
import { createInDatabase, grantSql } from './missing-right.ts'
import { arrayLiteral, quoteLiteral } from './quote.ts'
import type { Session } from './session.ts'

/**
 * Where each consumer is, kept in the destination itself and moved in the transaction that writes its rows: after a
 * crash nobody has to guess whether that transaction happened. For the same reason it says which held events, from
 * before its offset, that transaction has written.
 *
 * One session makes it at a time: two that find nothing, and both say IF NOT EXISTS, collide in the server's catalogue.
 */
const tableSql = `
select pg_advisory_xact_lock(hashtext('rejot.consumer_offset'));
create schema if not exists rejot;
create table if not exists rejot.consumer_offset (
  consumer text primary key,
  store uuid not null,
  "offset" bigint not null,
  released bigint[] not null default '{}',
  opening uuid,
  updated_at timestamptz not null default now()
)`

/** For a table of an older version. */
const completeSql = `alter table rejot.consumer_offset add column if not exists released bigint[] not null default '{}', add column if not exists opening uuid`

const stateSql = `
select to_regclass('rejot.consumer_offset') is not null,
       (select count(*) = 2 from pg_attribute where attrelid = to_regclass('rejot.consumer_offset') and attname in ('released', 'opening'))`

/** Makes the table where it is missing, or as an older version left it. Throws a FailureError that says what to grant when the role may not. */
export async function ensureOffsetTable(session: Session, object: string): Promise<void> {
  const [[exists, isComplete] = []] = await session.rows(stateSql)
  if (isComplete === 't') return
  if (exists === 't') return complete(session, object)
  try {
    await session.script(tableSql)
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error
    const { database = '', user = '' } = session.client
    throw new FailureError(
      {
        kind: 'permission',
        policy: 'halt',
        object,
        message: `Cannot keep the consumers' offsets in ${object}: the role may not create a schema`,
        solution: `Run ${grantSql(createInDatabase(database), user)};`,
        sqlstate: '42501',
      },
      error,
    )
  }
}

async function complete(session: Session, object: string): Promise<void> {
  try {
    await session.script(completeSql)
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error
    throw new FailureError(
      {
        kind: 'permission',
        policy: 'halt',
        object,
        message: `Cannot keep the consumers' offsets in ${object}: the role may not change rejot.consumer_offset`,
        solution: `Run as its owner: ${completeSql}.`,
        sqlstate: '42501',
      },
      error,
    )
  }
}

/**
 * Where the consumers are; a new one gets a row at `start`. Throws when a row belongs to another event store or to a
 * state of this one that it no longer has; otherwise the row belongs to this opening from here on.
 */
export async function readOffsets(
  session: Session,
  consumers: readonly string[],
  store: StoreHistory,
  start: Offset,
): Promise<ReadonlyMap<string, Offset>> {
  await session.rows(
    `insert into rejot.consumer_offset (consumer, store, "offset", opening)
     select consumer, $2::uuid, $3::bigint, $4::uuid from unnest($1::text[]) consumer
     on conflict (consumer) do nothing`,
    [arrayLiteral(consumers), store.uuid, String(start), store.opening],
  )
  const rows = await session.rows(
    'select consumer, store::text, "offset"::text, opening::text from rejot.consumer_offset where consumer = any ($1::text[])',
    [arrayLiteral(consumers)],
  )
  const offsets = new Map<string, Offset>()
  for (const [consumer, uuid, offsetText, opening] of rows) {
    const offset = toOffset(Number(offsetText))
    if (uuid !== store.uuid) throw foreign(consumer ?? '', 'another event store')
    // A row without an opening is of a version that had none.
    if (opening != null && !store.holds(opening, offset)) {
      throw foreign(consumer ?? '', 'a later state of the event store than this one')
    }
    offsets.set(consumer ?? '', offset)
  }
  await session.rows('update rejot.consumer_offset set opening = $2 where consumer = any ($1::text[])', [
    arrayLiteral(consumers),
    store.opening,
  ])
  return offsets
}

function foreign(consumer: string, writer: string): FailureError {
  return new FailureError({
    kind: 'store',
    policy: 'halt',
    object: consumer,
    message: `Cannot go on with ${consumer}: its destination was written from ${writer}`,
    solution:
      'Bring the state folder back that wrote it; or empty what it writes and let the consumer start over (rejot start-over); or, when that folder is lost, stop and run "rejot rebuild-store --anyway", and this one takes its place.',
  })
}

/** Puts a consumer back to the beginning, whoever wrote its row. Tells where it was before that is committed. */
export async function restartConsumer(
  session: Session,
  consumer: string,
  store: StoreHistory,
  tell: (was: Offset | undefined) => void,
): Promise<void> {
  await session.script('begin')
  try {
    const [row] = await session.rows(
      'select "offset"::text, store::text, opening::text from rejot.consumer_offset where consumer = $1 for update',
      [consumer],
    )
    const [offset = null, uuid, opening] = row ?? []
    const was = uuid === store.uuid && offset !== null ? toOffset(Number(offset)) : undefined
    tell(was !== undefined && (opening == null || store.holds(opening, was)) ? was : undefined)
    await session.rows(
      `insert into rejot.consumer_offset (consumer, store, "offset", opening) values ($1, $2::uuid, 0, $3::uuid)
       on conflict (consumer) do update
       set store = excluded.store, "offset" = 0, opening = excluded.opening, released = '{}', updated_at = now()`,
      [consumer, store.uuid, store.opening],
    )
    await session.script('commit')
  } catch (error) {
    await session.script('rollback').catch(() => {})
    throw error
  }
}

/** From which event store a consumer's row was written. */
export async function readWriter(session: Session, consumer: string): Promise<string | undefined> {
  const [row] = await session.rows('select store::text from rejot.consumer_offset where consumer = $1', [consumer])
  return row?.[0] ?? undefined
}

interface TakeOver {
  readonly consumer: string
  /** Uuids of event stores. */
  readonly from: string
  readonly to: string
}

/** Nothing that the row said of the former store's offsets means anything in the new one. */
export async function takeOverRow(session: Session, { consumer, from, to }: TakeOver): Promise<void> {
  await session.rows(
    `update rejot.consumer_offset set store = $3::uuid, "offset" = 0, opening = null, released = '{}', updated_at = now()
      where consumer = $1 and store = $2::uuid`,
    [consumer, from, to],
  )
}

/** Raised where the consumers are not where they should be. */
export const movedSqlstate = 'RJ001'

/**
 * In name order, so that two engines never wait for each other crosswise; the second one finds the rows moved. The
 * server compares, so that nobody has to wait for the answer before he sends what comes next.
 */
export const lockFunctionSql = `
create or replace function pg_temp.__rejot_lock(consumers text[], expected bigint) returns void language plpgsql as $$
begin
  if (select count(*) filter (where held."offset" = expected) from (
        select o."offset" from rejot.consumer_offset o where o.consumer = any (consumers) order by o.consumer for update
      ) held) <> cardinality(consumers) then
    raise exception 'offsets have moved' using errcode = '${movedSqlstate}';
  end if;
end
$$`

export function lockSql(consumers: readonly string[], from: Offset): string {
  return `select pg_temp.__rejot_lock(${quoteLiteral(arrayLiteral(consumers))}, ${from})`
}

export function moveSql(
  consumers: readonly string[],
  to: Offset,
  released: ReadonlyMap<string, readonly Offset[]>,
): string {
  const move = `update rejot.consumer_offset set "offset" = ${to}, released = '{}', updated_at = now() where consumer = any (${quoteLiteral(arrayLiteral(consumers))})`
  const statements = [...released].map(
    ([consumer, offsets]) =>
      `update rejot.consumer_offset set released = '{${offsets.join(',')}}' where consumer = ${quoteLiteral(consumer)}`,
  )
  return [move, ...statements].join('; ')
}

/** What the last transaction of each of these consumers has written of what was held before it. */
export async function readReleased(
  session: Session,
  consumers: readonly string[],
): Promise<ReadonlyMap<string, readonly Offset[]>> {
  const rows = await session.rows(
    `select consumer, array_to_json(released) from rejot.consumer_offset where consumer = any ($1::text[]) and released <> '{}'`,
    [arrayLiteral(consumers)],
  )
  return new Map(
    rows.map(([consumer, offsets]) => [consumer ?? '', (JSON.parse(offsets ?? '[]') as number[]).map(toOffset)]),
  )
}
