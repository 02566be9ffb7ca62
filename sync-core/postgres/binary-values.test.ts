import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parseLsn } from '../domain/lsn.ts'
import type { TupleValues } from '../domain/source-transaction.ts'
import { systemClock } from '../replication/system-clock.ts'
import { samples, sampleTypeDefinitions } from '../testing/sample-values.ts'
import { createDatabase, type TestDatabase } from '../testing/test-database.ts'
import { withServers } from '../testing/with-servers.ts'
import { binaryTypes } from './binary-types.ts'
import type { BinaryTypes } from './binary-values.ts'
import { openReplicationStream } from './replication-stream.ts'
import { openSession } from './session.ts'

const server = withServers(['source'])
const spoolFolder = mkdtempSync(join(tmpdir(), 'rejot-spool-'))
after(() => rmSync(spoolFolder, { recursive: true, force: true }))

/** What may name a row in a binary stream; of every other type the server is asked, or its public schema halts. */
const readable = [
  ...['smallint', 'integer', 'bigint', 'numeric', 'boolean', 'oid', 'uuid', 'bytea', 'name', 'json', 'jsonb'],
  ...['text', 'varchar(20)', 'char(5)', 'citext', 'mood', 'positive', 'short_text'],
  ...['date', 'time without time zone', 'timestamp without time zone', 'timestamp with time zone'],
]

/** By column; the values are SQL. */
type Columns = readonly { readonly declared: string; readonly values: readonly string[] }[]

const sampled: Columns = samples(20_263, 30).map(({ type, declared = type, values }) => ({
  declared,
  values: values.map((value) => `'${value.replaceAll("'", "''")}'`),
}))

/** Across what the types hold, where days, months, eras and groups of digits change. */
const between = (count: number, value: (n: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, n) => value(n))
const spread: Columns = [
  { declared: 'date', values: between(1_200, (n) => `date '4713-01-01 BC' + ${n * 1_789}`) },
  { declared: 'date', values: between(1_200, (n) => `date '0004-12-28 BC' + ${n * 3}`) },
  { declared: 'date', values: between(1_200, (n) => `date '1999-11-15' + ${n}`) },
  { declared: 'date', values: between(1_200, (n) => `date '5874897-12-31' - ${n * 1_700_000}`) },
  {
    declared: 'timestamp',
    values: between(1_200, (n) => `timestamp '4713-01-01 BC' + ${n} * interval '3 years 7:13:59.00417'`),
  },
  {
    declared: 'timestamptz',
    values: between(
      1_200,
      (n) => `timestamptz '294276-12-31 23:59:59.999999Z' - ${n} * interval '245 years 11:17:00.9001'`,
    ),
  },
  {
    declared: 'timestamp',
    values: between(1_200, (n) => `timestamp '2000-01-01' + ${n - 600} * interval '0.5 seconds'`),
  },
  { declared: 'time', values: between(1_200, (n) => `time '00:00' + ${n} * interval '71.99001 seconds'`) },
  {
    declared: 'numeric',
    values: between(1_200, (n) => `${n % 2 ? '-' : ''}${'9070500'.repeat(9).slice(0, 1 + (n % 50))}e${(n % 60) - 30}`),
  },
  { declared: 'numeric', values: between(1_200, (n) => `round(${n}.0000500001, ${n % 25})`) },
  { declared: 'numeric', values: between(1_200, (n) => `(1e${n})::numeric + ${n % 2} * (1e-${n % 400})::numeric`) },
]

test('what is read of a binary stream is, byte by byte, what the server prints', async () => {
  const all = [...sampled, ...spread]
  const count = Math.max(...all.map(({ values }) => values.length))
  const rows = Array.from({ length: count }, (_, row) =>
    all.map(({ declared, values }) => (row < values.length ? `(${values[row]})::${declared}` : 'null')).join(', '),
  )
  const database = await createDatabase(server('source'), {
    sql: `${sampleTypeDefinitions}
      create table sample (${all.map(({ declared }, place) => `c${place} ${declared}`).join(', ')}); create publication rejot for table sample`,
  })
  try {
    const session = await openSession(database.connection, { purpose: 'test', settings: {} })
    const types = await binaryTypes(session)
    await session.close()
    const follow = async (form: string): Promise<Read> => {
      const slot = `${form}_${database.name}`
      await database.query(`select pg_create_logical_replication_slot('${slot}', 'pgoutput')`)
      return () => readAll(database, slot, form === 'binary' ? types : undefined, count)
    }
    const reads = [await follow('text'), await follow('binary')] as const
    for (let from = 0; from < count; from += 100) {
      await database.query(
        `insert into sample values ${rows
          .slice(from, from + 100)
          .map((row) => `(${row})`)
          .join(', ')}`,
      )
    }
    const [text, binary] = [await reads[0](), await reads[1]()]
    const differing = new Set<string>()
    const never = new Set(all.map(({ declared }) => declared))
    text.forEach((values, row) => {
      all.forEach(({ declared }, place) => {
        const [printed, read] = [values[place], binary[row]?.[place]]
        if (read != null) never.delete(declared)
        if (read !== printed && read !== undefined)
          differing.add(`${declared}: ${printed?.slice(0, 80)} read as ${read?.slice(0, 80)}`)
      })
    })
    assert.deepEqual([...differing].slice(0, 10), [])
    const declared = [...new Set(all.map((column) => column.declared))]
    assert.deepEqual(
      declared.filter((one) => !never.has(one)).sort(),
      [...readable, 'time', 'timestamp', 'timestamptz'].sort(),
    )
  } finally {
    await database.drop()
  }
})

type Read = () => Promise<readonly TupleValues[]>

/** Every row that was inserted, as the stream gives it. */
async function readAll(
  database: TestDatabase,
  slotName: string,
  types: BinaryTypes | undefined,
  count: number,
): Promise<readonly TupleValues[]> {
  const [slot] = await database.query(
    `select confirmed_flush_lsn::text as lsn from pg_replication_slots where slot_name = '${slotName}'`,
  )
  const stream = await openReplicationStream({
    connection: database.connection,
    clock: systemClock,
    purpose: 'replication test',
    slotName,
    publicationName: 'rejot',
    confirmed: parseLsn(String(slot?.lsn)),
    history: { commit() {}, reached() {} },
    spoolFolder,
    binary: types !== undefined,
    interest: (relation) => ({
      listeners: [{ schema: 0, transformation: 0, keyOf: () => undefined }],
      listenersWithout: () => [],
      wanted: relation.types.map((type) => types === undefined || (types.get(type) ?? false)),
    }),
  })
  const rows: TupleValues[] = []
  const limit = AbortSignal.timeout(60_000)
  try {
    while (rows.length < count) {
      await stream.arrival(limit, 20_000)
      limit.throwIfAborted()
      for (let part = stream.take(); part !== undefined; part = stream.take()) {
        if (part.type === 'change') rows.push(part.new ?? [])
      }
    }
    return rows
  } finally {
    await stream.close()
  }
}
