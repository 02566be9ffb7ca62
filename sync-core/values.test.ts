import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expectSameRows } from './testing/compare-tables.ts'
import { setUpPipeline } from './testing/pipeline-setting.ts'
import { samples, sampleTypeDefinitions } from './testing/sample-values.ts'
import type { SqlSession } from './testing/sql-session.ts'
import type { TestDatabase } from './testing/test-database.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

// Every type's values at a destination are, as text, what they are at the source: as upsert, as update, as delete key.

const server = withServers(['source', 'destination'])

const seed = 20_261
const types = samples(seed, 60)
const columns = types.map(({ type, declared = type }, place) => ({ name: `c${place}`, declared, type }))
const rowCount = Math.max(...types.map(({ values }) => values.length)) + 1

/** What a role or a database may have set; none of it may reach a payload or the way it is read. */
const hostileDefaults = (seen: 'source' | 'destination'): string =>
  Object.entries({
    DateStyle: seen === 'source' ? 'SQL, DMY' : 'German, MDY',
    IntervalStyle: seen === 'source' ? 'sql_standard' : 'iso_8601',
    TimeZone: seen === 'source' ? 'Asia/Kathmandu' : 'America/St_Johns',
    extra_float_digits: '-10',
    bytea_output: 'escape',
    lc_monetary: 'C',
    xmloption: seen === 'source' ? 'document' : 'content',
    array_nulls: seen === 'source' ? 'on' : 'off',
    quote_all_identifiers: 'on',
  })
    .map(
      ([name, value]) =>
        `do $$ begin execute format('alter role current_user in database %I set ${name} = ''${value}''', current_database()); end $$;`,
    )
    .join('\n')

const table = (name: string): string =>
  `create table ${name} (id int primary key, ${columns.map((column) => `${column.name} ${column.declared}`).join(', ')});`

/** Compared by what the values print in one and the same way. */
async function plainly(database: TestDatabase): Promise<SqlSession> {
  const session = await database.session()
  await session.query(`set DateStyle = 'ISO, MDY'; set IntervalStyle = 'postgres'; set TimeZone = 'UTC';
    set extra_float_digits = 1; set bytea_output = 'hex'; set lc_monetary = 'C'; set xmloption = 'content'; set array_nulls = 'on'`)
  return session
}

function literal(text: string | undefined): string {
  return text === undefined ? 'null' : `'${text.replaceAll("'", "''")}'`
}

/** Row by row one value of each type, then one row of NULLs; `shift` gives every row other values. */
function rowsOf(shift: number): readonly string[] {
  return Array.from({ length: rowCount }, (_, row) => {
    const values = types.map(({ values, type, declared = type }) => {
      const value = row === rowCount - 1 ? undefined : values[(row + shift) % values.length]
      return `${literal(value)}::${declared}`
    })
    return `(${[row, ...values].join(', ')})`
  })
}

const names = columns.map(({ name }) => name)
/** A row for each value, so that a difference says which type it is of. */
const printed = `select concat_ws(' ', s.id, v.name), v.value from sample s cross join lateral (values ${columns
  .map(({ name, declared }) => `('${name} ${declared}', ${name}::text)`)
  .join(', ')}) v(name, value)`

/** The row is found by all its values together: each must come back in the delete as it was. */
const deleteSql = `delete from sample where id = :id and ${columns
  .map(({ name }, place) =>
    types[place]?.incomparable
      ? `${name}::text is not distinct from :${name}::text`
      : `${name} is not distinct from :${name}`,
  )
  .join(' and ')}`

const sample = {
  from: 'source',
  key: ['id'],
  columns: { id: 'integer', ...Object.fromEntries(columns.map(({ name, type }) => [name, type])) },
  tables: { sample: 'select s.* from sample s where s.id = :id' },
} as const

const upsertSql = `insert into sample (id, ${names.join(', ')}) values (:id, ${names.map((name) => `:${name}`).join(', ')})
  on conflict (id) do update set ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`

test(`values of ${types.length} types come through backfill, insert, update and delete, whatever sessions are set to (seed ${seed})`, async () => {
  const pipeline = await setUpPipeline({
    databases: {
      source: {
        server: server('source'),
        sql: `${sampleTypeDefinitions} ${table('sample')} ${hostileDefaults('source')}`,
      },
      destination: {
        server: server('destination'),
        sql: `${sampleTypeDefinitions} ${table('sample')} ${hostileDefaults('destination')}`,
      },
    },
    publicSchemas: { sample },
    consumers: {
      sample: { of: 'sample', into: 'destination', sql: upsertSql, deleteSql, truth: printed, rows: printed },
    },
  })
  const sessions: SqlSession[] = []
  try {
    const there = await plainly(pipeline.databases.source)
    const here = await plainly(pipeline.databases.destination)
    sessions.push(there, here)
    const same = (what: string): Promise<number> =>
      waitFor(() => expectSameRows({ database: there, sql: printed }, { database: here, sql: printed }), {
        what,
        until: (rows) => rows >= 0,
        timeoutMs: 20_000,
      })
    await there.query(`insert into sample values ${rowsOf(0).join(', ')}`)
    const engine = await pipeline.start()
    assert.equal(await same('the backfill'), rowCount * columns.length)
    await there.query(
      `insert into sample (id, ${names.join(', ')}) values ${rowsOf(1).join(', ')}
       on conflict (id) do update set ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    )
    await same('the updates')
    await there.query(`delete from sample where id % 2 = 0`)
    await same('the deletes')
    await there.query(`begin; delete from sample; insert into sample values ${rowsOf(2).join(', ')}; commit`)
    await same('new rows under the keys')
    await there.query('delete from sample')
    await same('no rows')
    const status = await engine.caughtUp()
    assert.equal(status.consumers[0]?.deadLetters, 0)
  } finally {
    for (const session of sessions) await session.close()
    await pipeline.dispose()
  }
})

interface KeyType {
  readonly type: string
  readonly values: readonly string[]
  /** Equal to the first value, and printed otherwise. */
  readonly equal?: string
}

const keyTypes: readonly KeyType[] = [
  { type: 'bigint', values: ['9007199254740993', '-9223372036854775808'] },
  { type: 'numeric', values: ['1.0', 'NaN', 'Infinity', '12345678901234567890.5'], equal: '1.000' },
  { type: 'double precision', values: ['-0', 'NaN', '0.1', '-Infinity'], equal: '0' },
  { type: 'text', values: ['', ' ', '"', '\\', "'", '😀', 'NULL', '{}', '\u0001', 'a\nb'] },
  { type: 'char(5)', values: ['ab', 'abc', ''] },
  { type: 'citext', values: ['Abc', 'xyz'], equal: 'aBC' },
  { type: 'boolean', values: ['true', 'false'] },
  { type: 'timestamptz', values: ['infinity', '0044-03-15 12:00:00+00 BC', '294276-01-01 00:00:00+00'] },
  { type: 'date', values: ['-infinity', '4713-01-01 BC'] },
  { type: 'interval', values: ['1 day', '-1 mons +5 days'], equal: '24:00:00' },
  { type: 'bytea', values: ['\\x', '\\x00ff5c27'] },
  { type: 'bit(3)', values: ['101', '011'] },
  { type: 'uuid', values: ['00000000-0000-0000-0000-000000000000'] },
  { type: 'inet', values: ['10.0.0.1/8', '10.0.0.1'] },
  { type: 'mood', values: ['sad', 'ha"p,py'] },
  { type: 'positive', values: ['7', '8'] },
  { type: 'text[]', values: ['{a,NULL,"b,c"}', '{}', '{{x},{y}}', '[2:2]={z}'] },
  { type: 'int4range', values: ['[1,5)', 'empty'] },
  { type: 'jsonb', values: ['{"a": 1.0}', '[]'], equal: '{"a": 1.00}' },
]

const keyTables = keyTypes
  .map(({ type }, place) => `create table key${place} (k ${type} primary key, n int not null);`)
  .join('\n')

/** Types that every destination has may be told by the contract; the rest is inferred there. */
const contractTypes: Readonly<Record<string, string>> = {
  'char(5)': 'character',
  'bit(3)': 'bit',
  timestamptz: 'timestamp with time zone',
  positive: 'integer',
}

test('rows whose key is of any type are found again: updated, renamed to an equal key, and deleted', async () => {
  const keyed = keyTypes.map(({ type }, place) => {
    const name = `key${place}`
    const schema = {
      from: 'source',
      key: ['k'],
      columns: { k: contractTypes[type] ?? type, n: 'integer' },
      tables: { [name]: `select t.k, t.n from ${name} t where t.k = :k` },
    } as const
    const consumer = {
      of: name,
      into: 'destination',
      sql: `insert into ${name} values (:k, :n) on conflict (k) do update set k = excluded.k, n = excluded.n`,
      deleteSql: `delete from ${name} where k = :k`,
      truth: `select k::text, n from ${name}`,
      rows: `select k::text, n from ${name}`,
    } as const
    return { name, schema, consumer }
  })
  const pipeline = await setUpPipeline({
    databases: {
      source: { server: server('source'), sql: `${sampleTypeDefinitions} ${keyTables}` },
      destination: { server: server('destination'), sql: `${sampleTypeDefinitions} ${keyTables}` },
    },
    publicSchemas: Object.fromEntries(keyed.map(({ name, schema }) => [name, schema])),
    consumers: Object.fromEntries(keyed.map(({ name, consumer }) => [name, consumer])),
  })
  const { source } = pipeline.databases
  const each = (make: (type: KeyType, table: string) => string): Promise<unknown> =>
    source.query(keyTypes.map((type, place) => make(type, `key${place}`)).join(';\n'))
  const rowsOfType = ({ type, values }: KeyType): string =>
    values.map((value, place) => `(${literal(value)}::${type}, ${place})`).join(', ')
  try {
    await each((type, table) => `insert into ${table} values ${rowsOfType(type)}`)
    await pipeline.start()
    await pipeline.arrived('the backfill')
    await each((_, table) => `update ${table} set n = n + 10`)
    await pipeline.arrived('the updates')
    await each(({ type, values: [first], equal }, table) =>
      equal === undefined ? 'select' : `update ${table} set k = ${literal(equal)} where k = ${literal(first)}::${type}`,
    )
    await pipeline.arrived('equal keys that print otherwise')
    await each((_, table) => `update ${table} set n = n + 10`)
    await pipeline.arrived('updates under the new keys')
    await each(({ type, values: [first] }, table) => `delete from ${table} where k = ${literal(first)}::${type}`)
    await pipeline.arrived('one delete each')
    await each((_, table) => `delete from ${table}`)
    await pipeline.arrived('all deletes')
  } finally {
    await pipeline.dispose()
  }
})

test('a label that an enum gets while the engine runs is published, and read once the destination has it too', async () => {
  const mood = { sql: `create type mood as enum ('sad'); create table person (id int primary key, mood mood)` }
  const pipeline = await setUpPipeline({
    databases: {
      source: { server: server('source'), ...mood },
      destination: { server: server('destination'), ...mood },
    },
    publicSchemas: {
      person: {
        from: 'source',
        key: ['id'],
        columns: { id: 'integer', mood: 'mood' },
        tables: { person: 'select p.id, p.mood from person p where p.id = :id' },
      },
    },
    consumers: {
      person: {
        of: 'person',
        into: 'destination',
        sql: 'insert into person values (:id, :mood) on conflict (id) do update set mood = excluded.mood',
        deleteSql: 'delete from person where id = :id',
        truth: 'select id, mood::text from person',
        rows: 'select id, mood::text from person',
      },
    },
  })
  try {
    const { source, destination } = pipeline.databases
    await source.query(`insert into person values (1, 'sad')`)
    await pipeline.start()
    await pipeline.arrived('the backfill')
    await destination.query(`alter type mood add value 'merry'`)
    await source.query(`alter type mood add value 'merry'`)
    await source.query(`insert into person values (2, 'merry'); update person set mood = 'merry' where id = 1`)
    await pipeline.arrived('the new label')
  } finally {
    await pipeline.dispose()
  }
})
