import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { PostgresConnection } from '../domain/connection.ts'
import { DefinitionChangedError, FailureError } from '../domain/failure.ts'
import type { PublicSchema } from '../domain/public-schema.ts'
import type { ProjectedRow, SourceSession, SourceSnapshot } from '../domain/source.ts'
import type { SourceKey, TransactionPart } from '../domain/source-transaction.ts'
import { systemClock } from '../replication/system-clock.ts'
import { sqlAnalyst } from '../sql/sql-analyst.ts'
import { createDatabase, type TestDatabase } from '../testing/test-database.ts'
import { waitFor } from '../testing/wait-for.ts'
import { withServers } from '../testing/with-servers.ts'
import { createPostgresSource } from './create-postgres-source.ts'

const server = withServers(['source'])
const spools = mkdtempSync(join(tmpdir(), 'rejot-spools-'))
after(() => rmSync(spools, { recursive: true, force: true }))

const accountSql = `select a.id, array_agg(e.email order by e.id) filter (where e.id is not null) as emails, a.first_name as "firstName"
  from account a left join account_emails e on e.account_id = a.id where a.id = :id group by a.id`

const tables = `
create table account (id int primary key, first_name text not null);
create table account_emails (id int primary key, account_id int not null, email text not null);`

function publicSchema(overrides: Partial<PublicSchema> = {}): PublicSchema {
  return {
    manifest: '@test/source',
    name: 'publish-account',
    version: { major: 1, minor: 0 },
    dataStore: 'source',
    columns: [{ name: 'id', postgresType: 'integer', nullable: false, description: undefined }],
    key: ['id'],
    transformations: [
      { table: 'account', sql: accountSql },
      { table: 'account_emails', sql: accountSql.replace(':id', ':account_id') },
    ],
    description: undefined,
    owner: undefined,
    ...overrides,
  }
}

function sourceOf(
  database: TestDatabase,
  schema = publicSchema(),
  connection: Partial<PostgresConnection> = {},
  clock = systemClock,
) {
  return createPostgresSource({
    definition: {
      id: '@test/source/source',
      connection: { ...database.connection, ...connection },
      slotName: `slot_${database.name}`,
      publicationName: 'rejot',
      publicSchemas: [schema],
    },
    engine: 'test',
    analyst: sqlAnalyst,
    clock,
    spoolFolder: join(spools, database.name),
  })
}

const never = new AbortController().signal

async function takeTransaction(session: SourceSession): Promise<readonly TransactionPart[]> {
  const parts: TransactionPart[] = []
  while (parts.at(-1)?.type !== 'commit') {
    await session.stream.arrival(never, 10_000)
    const part = session.stream.take()
    if (part !== undefined) parts.push(part)
  }
  return parts
}

test('a change arrives with its keys, and the snapshot that sees it gives the public row', async () => {
  const database = await createDatabase(server('source'), { sql: tables })
  const session = await sourceOf(database).connect(undefined, never)
  try {
    await database.query(
      `insert into account values (7, 'Ada'); insert into account_emails values (1, 7, 'ada@example.org')`,
    )
    const parts = await takeTransaction(session)
    assert.deepEqual(
      parts.map((part) => part.type),
      ['begin', 'change', 'change', 'commit'],
    )
    const [begin, first, second] = parts
    assert.ok(begin?.type === 'begin' && first?.type === 'change' && second?.type === 'change')
    const [account] = first.listeners.map((listener) => listener.keyOf(first.new ?? [], 'new'))
    const [email] = second.listeners.map((listener) => listener.keyOf(second.new ?? [], 'new'))
    assert.deepEqual(account, { id: '["7"]', args: ['7'] })
    assert.deepEqual(email, { id: '["1"]', args: ['7'] })
    const snapshot: SourceSnapshot = await session.openSnapshot()
    assert.equal(snapshot.sees(begin.xid), true)
    assert.ok(begin.commitLsn < snapshot.lsn)
    const expected = { ordinal: 0, key: '[7]', payload: '{"id":7,"emails":["ada@example.org"],"firstName":"Ada"}' }
    assert.ok(account && email)
    assert.deepEqual(await snapshot.project(0, 0, [account]), [expected])
    assert.deepEqual(await snapshot.project(0, 1, [email]), [expected])
    await snapshot.close()
  } finally {
    await session.close()
    await database.drop()
  }
})

test('many keys give the same rows as a few: long ones, missing ones, line feeds', async () => {
  const database = await createDatabase(server('source'), {
    sql: `${tables} insert into account
      select g, case when g % 20 = 0 then repeat('ä', 2000) else E'line\\nfeed ' || g end from generate_series(1, 100) g where g % 7 <> 0`,
  })
  const session = await sourceOf(database).connect(undefined, never)
  try {
    const snapshot = await session.openSnapshot()
    const keys = Array.from({ length: 100 }, (_, place) => String(100 - place)).map((id) => ({
      id: `["${id}"]`,
      args: [id],
    }))
    const rowsOf = async (asked: readonly SourceKey[]): Promise<readonly ProjectedRow[]> => {
      const rows = await snapshot.project(0, 0, asked)
      assert.ok(rows !== 'too-much')
      return rows
    }
    const together = await rowsOf(keys)
    const apart: ProjectedRow[] = []
    for (const [ordinal, key] of keys.entries()) {
      for (const row of await rowsOf([key])) apart.push({ ...row, ordinal })
    }
    assert.equal(apart.length, 86)
    assert.deepEqual(
      together.toSorted((a, b) => a.ordinal - b.ordinal),
      apart,
    )
    await snapshot.close()
  } finally {
    await session.close()
    await database.drop()
  }
})

test('the key of a deleted child is known, what it gave is not asked', async () => {
  const database = await createDatabase(server('source'), {
    sql: `${tables} insert into account_emails values (1, 7, 'x')`,
  })
  const session = await sourceOf(database).connect(undefined, never)
  try {
    await database.query('delete from account_emails')
    const [, change] = await takeTransaction(session)
    assert.ok(change?.type === 'change')
    const [key] = change.listeners.map((listener) => listener.keyOf(change.old ?? [], 'old'))
    assert.deepEqual(key, { id: '["1"]', args: 'gone' })
  } finally {
    await session.close()
    await database.drop()
  }
})

test('a table that is rewritten while a snapshot is open makes what was read worthless', async () => {
  const database = await createDatabase(server('source'), { sql: `${tables} insert into account values (1, 'a')` })
  const session = await sourceOf(database).connect(undefined, never)
  try {
    const calm = await session.openSnapshot()
    await calm.close()
    const snapshot = await session.openSnapshot()
    await database.query('alter table account add column stamp uuid default gen_random_uuid()')
    assert.deepEqual(await snapshot.project(0, 0, [{ id: '["1"]', args: ['1'] }]), [])
    await assert.rejects(snapshot.close(), DefinitionChangedError)
    // What was looked at too early does not count.
    const early = await session.openSnapshot()
    early.expectClose()
    await database.query('alter table account add column second uuid default gen_random_uuid()')
    assert.deepEqual(await early.project(0, 0, [{ id: '["1"]', args: ['1'] }]), [])
    await assert.rejects(early.close(), DefinitionChangedError)
  } finally {
    await session.close()
    await database.drop()
  }
})

test('the server says where it is beside an idle open transaction once it is nudged', async () => {
  const database = await createDatabase(server('source'), { sql: tables })
  const session = await sourceOf(database).connect(undefined, never)
  const idle = await database.session()
  try {
    await idle.query(`begin; insert into account values (1, 'open')`)
    const snapshot = await session.openSnapshot()
    await session.nudge()
    await session.stream.arrival(never, 10_000, snapshot.lsn)
    assert.equal(session.stream.peek(), undefined)
    await snapshot.close()
  } finally {
    await idle.close()
    await session.close()
    await database.drop()
  }
})

const refusals: readonly {
  readonly what: string
  readonly schema?: Partial<PublicSchema>
  readonly connection?: Partial<PostgresConnection>
  readonly kind: string
  readonly message: RegExp
}[] = [
  {
    what: 'a wrong password',
    connection: { password: 'wrong' },
    kind: 'authentication',
    message: /refused the password$/,
  },
  {
    what: 'a missing database',
    connection: { database: 'nowhere' },
    kind: 'database-missing',
    message: /"nowhere" does not exist$/,
  },
  {
    what: 'a port where nothing listens',
    connection: { port: 1 },
    kind: 'unreachable',
    message: /nothing answers at 127\.0\.0\.1:1$/,
  },
  {
    what: 'a host that does not exist',
    connection: { host: 'nowhere.invalid', ssl: { mode: 'disable' } },
    kind: 'unreachable',
    message: /nowhere\.invalid/,
  },
  {
    what: 'a missing table',
    schema: { transformations: [{ table: 'accounts', sql: 'select id from accounts where id = :id' }] },
    kind: 'table-missing',
    message: /there is no table "accounts"/,
  },
  {
    what: 'invalid SQL',
    schema: { transformations: [{ table: 'account', sql: 'select a.id, a.nme from account a where a.id = :id' }] },
    kind: 'sql',
    message: /column a\.nme does not exist/,
  },
  {
    what: 'a placeholder that is no column',
    schema: { transformations: [{ table: 'account', sql: 'select a.id from account a where a.id = :ident' }] },
    kind: 'sql',
    message: /:ident names no column of account$/,
  },
  {
    what: 'a contract that the SQL does not keep',
    schema: {
      columns: [{ name: 'lastName', postgresType: 'text', nullable: true, description: undefined }],
    },
    kind: 'sql',
    message: /gives no column "lastName"$/,
  },
]

for (const { what, schema, connection, kind, message } of refusals) {
  test(`${what} is one clear sentence and leaves nothing behind`, async () => {
    const database = await createDatabase(server('source'), { sql: tables })
    try {
      const source = sourceOf(database, publicSchema(schema), connection)
      const error = await source.connect(undefined, never).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      assert.ok(error instanceof FailureError)
      assert.equal(error.failure.kind, kind)
      assert.match(error.failure.message, message)
      assert.deepEqual(
        await database.query('select slot_name from pg_replication_slots where database = current_database()'),
        [],
      )
      assert.deepEqual(await database.query('select pubname from pg_publication'), [])
    } finally {
      await database.drop()
    }
  })
}

test('the position of an error is in the text of the user', async () => {
  const database = await createDatabase(server('source'), { sql: tables })
  const sql = 'select a.id, a.nme from account a where a.id = :id'
  try {
    const schema = publicSchema({ transformations: [{ table: 'account', sql }] })
    await assert.rejects(sourceOf(database, schema).connect(undefined, never), (error: unknown) => {
      assert.ok(error instanceof FailureError)
      assert.equal(error.failure.position, sql.indexOf('a.nme') + 1)
      return true
    })
  } finally {
    await database.drop()
  }
})

test('a role that may not replicate is refused, and so is a table that it may not read', async () => {
  const database = await createDatabase(server('source'), { sql: tables })
  try {
    await database.query(`create role plain_${database.name} login password 'plain'`)
    const connection = { user: `plain_${database.name}`, password: 'plain' }
    await assert.rejects(
      sourceOf(database, publicSchema(), connection).connect(undefined, never),
      /the role may not replicate/,
    )
    await database.query(`alter role plain_${database.name} replication`)
    await assert.rejects(
      sourceOf(database, publicSchema(), connection).connect(undefined, never),
      /permission denied for table/,
    )
    assert.deepEqual(
      await database.query('select slot_name from pg_replication_slots where database = current_database()'),
      [],
    )
  } finally {
    await database.drop()
    const admin = await createDatabase(server('source'))
    await admin.query(`drop role if exists plain_${database.name}`)
    await admin.drop()
  }
})

test('G8: the server waits when nobody takes what it sends', async () => {
  const database = await createDatabase(server('source'), { sql: tables })
  const session = await sourceOf(database).connect(undefined, never)
  try {
    let still = 0
    let arrived = 0
    await database.query(`do $$ begin
      for i in 1..100 loop
        insert into account select i * 2000 + g, repeat('x', 300) from generate_series(1, 2000) g;
        commit;
      end loop;
    end $$`)
    await waitFor(
      () =>
        database.query(
          `select wait_event from pg_stat_activity where datname = current_database() and application_name like 'ReJot replication %'`,
        ),
      {
        what: 'a walsender that waits for us while nothing arrives',
        until: ([row]) => {
          still = session.stream.rowChanges === arrived ? still + 1 : 0
          arrived = session.stream.rowChanges
          return still >= 5 && arrived > 0 && row?.wait_event === 'WalSenderWriteData'
        },
      },
    )
    assert.ok(session.stream.rowChanges < 200_000)
  } finally {
    await session.close()
    await database.drop()
  }
})

async function connectOnce(database: TestDatabase): Promise<void> {
  const session = await sourceOf(database).connect(undefined, never)
  await session.close()
}

const heldBack: readonly { readonly what: string; readonly publication: string; readonly message: RegExp }[] = [
  {
    what: 'operations',
    publication: `for table account, account_emails with (publish = 'insert, update')`,
    message: /it leaves out delete, truncate$/,
  },
  {
    what: 'rows',
    publication: 'for table account where (id < 100), account_emails',
    message: /it leaves out rows of "public"\."account"$/,
  },
  {
    what: 'the column that names the rows',
    publication: 'for table account (first_name), account_emails',
    message: /it leaves out the column "id", which names the rows of "public"\."account"$/,
  },
]

for (const { what, publication, message } of heldBack) {
  test(`a publication of somebody else that leaves out ${what} is refused in words, and stays`, async () => {
    const database = await createDatabase(server('source'), { sql: tables })
    try {
      await database.query(`create publication rejot ${publication}`)
      await assert.rejects(connectOnce(database), message)
      const left = 'select pubname from pg_publication union all select slot_name from pg_replication_slots'
      assert.deepEqual(await database.query(left), [{ pubname: 'rejot' }])
    } finally {
      await database.drop()
    }
  })
}

test('a publication that names partitions in place of their table is refused in words', async () => {
  const database = await createDatabase(server('source'), {
    sql: `create table account (id int primary key, first_name text not null) partition by range (id);
      create table account_1 partition of account for values from (1) to (1000);
      create table account_emails (id int primary key, account_id int not null, email text not null);
      create publication rejot for table account, account_emails`,
  })
  try {
    await assert.rejects(connectOnce(database), /it publishes the partitions of .*"account"/)
    await database.query('alter publication rejot set (publish_via_partition_root = true)')
    await connectOnce(database)
  } finally {
    await database.drop()
  }
})

test('a publication of somebody else with a list of columns is enough when it names the rows', async () => {
  const database = await createDatabase(server('source'), {
    sql: `${tables}; insert into account_emails values (1, 7, 'x'); create publication rejot for table account (id), account_emails (id)`,
  })
  const session = await sourceOf(database).connect(undefined, never)
  try {
    await database.query(`insert into account values (7, 'Ada'); update account_emails set email = 'y'`)
    const [, first, second] = await takeTransaction(session)
    assert.ok(first?.type === 'change' && second?.type === 'change')
    const [account] = first.listeners.map((listener) => listener.keyOf(first.new ?? [], 'new'))
    const [email] = second.listeners.map((listener) => listener.keyOf(second.new ?? [], 'new'))
    assert.deepEqual(
      [account, email],
      [
        { id: '["7"]', args: ['7'] },
        { id: '["1"]', args: 'look-up' },
      ],
    )
  } finally {
    await session.close()
    await database.drop()
  }
})

/** Ends the session that projects, while this process stands still, and prints who reads the slot. */
const endProjection = `
const client = new (require('pg').Client)(process.argv[1])
client.connect()
  .then(() => client.query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and application_name like 'ReJot projection%'"))
  .then(() => client.query('select active_pid from pg_replication_slots where database = current_database()'))
  .then(({ rows }) => client.end().then(() => console.log(rows[0].active_pid)))`

test('a first start that fails leaves no slot without its publication', async () => {
  const database = await createDatabase(server('source'), { sql: tables })
  const { host, port, user, password, database: name } = database.connection
  const url = `postgresql://${user}:${password}@${host}:${port}/${name}`
  let walsender: number | undefined
  // First asked for a pause once the slot is read: what comes next is a question of the session that projects.
  const clock: typeof systemClock = {
    ...systemClock,
    sleep(ms, signal) {
      if (walsender === undefined) {
        walsender = Number(spawnSync(process.execPath, ['-e', endProjection, url], { timeout: 20_000 }).stdout)
        // It does not notice that nobody reads any more, so its slot cannot be dropped.
        process.kill(walsender, 'SIGSTOP')
      }
      return systemClock.sleep(ms, signal)
    },
  }
  try {
    await assert.rejects(sourceOf(database, publicSchema(), {}, clock).connect(undefined, never))
    const slots = `select slot_name::text as name from pg_replication_slots where database = current_database()`
    assert.deepEqual(await database.query(`${slots} union all select pubname::text from pg_publication`), [
      { name: `slot_${database.name}` },
      { name: 'rejot' },
    ])
  } finally {
    if (walsender !== undefined) process.kill(walsender, 'SIGCONT')
    await database.drop()
  }
})
