import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Clock } from '../domain/clock.ts'
import { parseLsn, toLsn } from '../domain/lsn.ts'
import type { TransactionPart } from '../domain/source-transaction.ts'
import { systemClock } from '../replication/system-clock.ts'
import { fastClock } from '../testing/fast-clock.ts'
import { slotOn, walEndOf } from '../testing/slot-on.ts'
import { createDatabase, type TestDatabase } from '../testing/test-database.ts'
import { waitFor } from '../testing/wait-for.ts'
import { startWireTap } from '../testing/wire-tap.ts'
import { withServers } from '../testing/with-servers.ts'
import { openReplicationStream, type ReplicationStream } from './replication-stream.ts'

const server = withServers(['source'])
const spoolFolder = mkdtempSync(join(tmpdir(), 'rejot-spool-'))
after(() => rmSync(spoolFolder, { recursive: true, force: true }))

const tables = 'create table item (id int primary key, name text, filler text); create publication rejot for table item'
/** Past what the server keeps to itself, and past what stays in memory here. */
const largeSql = `insert into item select g, 'n' || g, repeat('x', 200) from generate_series(1, 60000) g`

/** Follows the table; each change is read as its id and name, and nobody wants the filler. */
async function follow(
  run: (stream: ReplicationStream, database: TestDatabase) => Promise<void>,
  { clock = systemClock, port = server('source').port }: { readonly clock?: Clock; readonly port?: number } = {},
): Promise<void> {
  const database = await createDatabase(server('source'), { sql: tables })
  const slot = `slot_${database.name}`
  const [made] = await database.query(`select lsn::text from pg_create_logical_replication_slot('${slot}', 'pgoutput')`)
  const stream = await openReplicationStream({
    connection: { ...database.connection, port },
    clock,
    purpose: 'replication test',
    slotName: slot,
    publicationName: 'rejot',
    confirmed: parseLsn(String(made?.lsn)),
    history: { commit() {}, reached() {} },
    spoolFolder,
    binary: false,
    interest: ({ columns }) => ({
      listeners: [{ schema: 0, transformation: 0, keyOf: () => undefined }],
      listenersWithout: () => [],
      wanted: columns.map((column) => column !== 'filler'),
    }),
  })
  try {
    await run(stream, database)
  } finally {
    await stream.close()
    await database.drop()
  }
}

/** The parts of the next transactions, up to as many commits. */
async function take(stream: ReplicationStream, commits: number): Promise<readonly TransactionPart[]> {
  const parts: TransactionPart[] = []
  const limit = AbortSignal.timeout(60_000)
  let missing = commits
  while (missing > 0) {
    await stream.arrival(limit, 20_000)
    limit.throwIfAborted()
    for (let part = stream.take(); part !== undefined; part = stream.take()) {
      parts.push(part)
      if (part.type !== 'commit') continue
      missing -= 1
      if (missing === 0) break
    }
  }
  return parts
}

function idsOf(parts: readonly TransactionPart[]): readonly number[] {
  return parts.flatMap((part) => (part.type === 'change' ? [Number((part.new ?? part.old)?.[0])] : []))
}

const spooled = () =>
  waitFor(() => readdirSync(spoolFolder).length, { what: 'a file of an open transaction', until: (files) => files > 0 })

test('a large transaction is received while it is open, handed out after its commit, and leaves no file', () =>
  follow(async (stream, database) => {
    const writer = await database.session()
    await writer.query(`begin; ${largeSql}`)
    await spooled()
    await database.query(`insert into item values (0, 'meanwhile')`)
    assert.deepEqual(idsOf(await take(stream, 1)), [0])
    assert.equal(stream.peek(), undefined)
    await writer.query('commit')
    const parts = await take(stream, 1)
    assert.equal(parts[0]?.type, 'begin')
    assert.deepEqual(
      idsOf(parts),
      Array.from({ length: 60_000 }, (_, place) => place + 1),
    )
    const change = parts.at(-2)
    assert.ok(change?.type === 'change')
    assert.deepEqual([...(change.new ?? [])], ['60000', 'n60000', undefined])
    assert.deepEqual(readdirSync(spoolFolder), [])
    await writer.close()
  }))

test('two large transactions take turns and are handed out in the order of their commits', () =>
  follow(async (stream, database) => {
    const first = await database.session()
    const second = await database.session()
    await first.query(`begin; insert into item values (100001, 'first'); ${largeSql}`)
    await second.query(`begin; ${largeSql.replace('select g,', 'select 200000 + g,')}`)
    await first.query(`insert into item values (100002, 'first')`)
    await second.query('commit')
    await first.query('commit')
    const parts = await take(stream, 2)
    const ids = idsOf(parts)
    assert.equal(ids.length, 120_002)
    assert.ok(ids.slice(0, 60_000).every((id) => id > 200_000))
    assert.deepEqual([ids[60_000], ids.at(-1)], [100_001, 100_002])
    await first.close()
    await second.close()
  }))

test('what is rolled back is not handed out, whole or a subtransaction of it', () =>
  follow(async (stream, database) => {
    const writer = await database.session()
    await writer.query(`begin; ${largeSql}`)
    await spooled()
    await writer.query('rollback')
    await writer.query('begin; savepoint a')
    await writer.query(largeSql)
    await writer.query(`rollback to savepoint a; insert into item values (7, 'kept')`)
    await writer.query(largeSql.replace('select g,', 'select 100000 + g,'))
    await writer.query('commit')
    const ids = idsOf(await take(stream, 1))
    assert.equal(ids.length, 60_001)
    assert.equal(ids[0], 7)
    assert.deepEqual(readdirSync(spoolFolder), [])
    // The server has described the table once, within the large transaction.
    await writer.query(`insert into item values (8, 'after')`)
    assert.deepEqual(idsOf(await take(stream, 1)), [8])
    await writer.close()
  }))

test('a table that a large transaction alters is read as it is at each change, there and afterwards', () =>
  follow(async (stream, database) => {
    const writer = await database.session()
    await writer.query(`begin; ${largeSql}`)
    await writer.query(`alter table item add column extra text; update item set name = 'new', extra = 'e' where id = 1`)
    await writer.query(`alter table item drop column name; insert into item values (0, 'f', 'last')`)
    await writer.query('commit')
    const parts = await take(stream, 1)
    const last = parts.slice(-3)
    assert.deepEqual(
      last.map((part) => (part.type === 'change' ? [...(part.new ?? [])] : part.type)),
      [['1', 'new', undefined, 'e'], ['0', undefined, 'last'], 'commit'],
    )
    await database.query(`insert into item values (-1, 'f', 'after')`)
    const [, next] = await take(stream, 1)
    assert.ok(next?.type === 'change')
    assert.deepEqual([...(next.new ?? [])], ['-1', undefined, 'after'])
    await writer.close()
  }))

test('a value that is larger than a block of the file comes through it', () =>
  follow(async (stream, database) => {
    await database.query(
      `insert into item select g, case when g % 10000 = 0 then repeat('ab', 500000 + g) else 'n' end, repeat('x', 200)
       from generate_series(1, 60000) g`,
    )
    const parts = await take(stream, 1)
    assert.equal(idsOf(parts).length, 60_000)
    const change = parts[20_000]
    assert.ok(change?.type === 'change')
    assert.equal(change.new?.[1], 'ab'.repeat(520_000))
  }))

/** A silence of a minute is one of three seconds. */
const hurried = fastClock(20)

test('a huge transaction is no silence: not while the server decodes what nobody follows, nor while nobody takes what comes', () =>
  follow(
    async (stream, database) => {
      let failure: unknown
      stream.failed.catch((error: unknown) => {
        failure = error
      })
      await database.query(`create table unfollowed (id int, filler text)`)
      await database.query(`insert into unfollowed select g, repeat('x', 100) from generate_series(1, 200000) g`)
      await database.query(`insert into item values (0, 'behind it')`)
      assert.deepEqual(idsOf(await take(stream, 1)), [0])
      await database.query(largeSql)
      // With three parts of each, the server has to wait behind them.
      await database.query(`create procedure fill() language plpgsql as $$ begin
        for n in 1..5000 loop insert into item values (-n); commit; end loop; end $$`)
      await database.query('call fill()')
      // Nothing signals that a limit has not been reached: the server's clock says when it would have been.
      await database.query('select pg_sleep(4)')
      assert.equal(idsOf(await take(stream, 5_001)).length, 65_000)
      assert.equal(failure, undefined)
    },
    { clock: hurried },
  ))

test('what is confirmed in one go is said to the server once, and the last of it', async () => {
  const said: bigint[] = []
  const tap = await startWireTap(server('source'), ({ sender, type, body }) => {
    if (sender === 'client' && type === 'd' && body[0] === 0x72) said.push(body.readBigUInt64BE(9))
    return 'passes'
  })
  try {
    await follow(
      async (stream, database) => {
        await database.query(`insert into item values (1, 'first')`)
        await take(stream, 1)
        const end = Number(await walEndOf(database))
        const before = said.length
        for (let place = 50; place >= 0; place -= 1) stream.confirm(toLsn(end - place))
        await waitFor(() => slotOn(database), {
          what: 'a slot that is as far as was confirmed',
          until: ({ confirmed }) => confirmed >= BigInt(end),
        })
        const more = said.slice(before)
        assert.ok(more.length < 5, `${more.length} messages for 51 confirmations`)
      },
      { port: tap.port },
    )
  } finally {
    await tap.dispose()
  }
})
