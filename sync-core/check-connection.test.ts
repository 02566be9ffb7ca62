import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { applyFix, checkConnection, stepsWith } from './check-connection.ts'
import type { PostgresConnection } from './domain/connection.ts'
import type { CheckRequest, CheckStep } from './domain/connection-check.ts'
import { freePort } from './testing/free-port.ts'
import { startPooler } from './testing/pooler.ts'
import { type PostgresServer, startPostgresServer } from './testing/postgres-server.ts'
import { createDatabase, type TestDatabase } from './testing/test-database.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

const server = withServers(['source'])

type Steps = Readonly<Record<string, CheckStep>>

async function check(request: CheckRequest, only?: readonly string[]): Promise<Steps> {
  const signal = new AbortController().signal
  const steps = await checkConnection(request, { only, signal, onStep: () => undefined })
  return Object.fromEntries(steps.map((step) => [step.id, step]))
}

/** What a step came to, as a person reads it. */
function told(step: CheckStep | undefined): string {
  return `${step?.state}: ${step?.sentence}${step?.solution === undefined ? '' : `. ${step.solution}`}`
}

const firstNot = (steps: Steps, state: CheckStep['state']): CheckStep | undefined =>
  Object.values(steps).find((step) => step.state !== state)

/** A database with a role of its own that may sign in and nothing more; `ROLE` in the SQL is its name. */
async function setUp(sql: string) {
  const role = `check_${randomBytes(5).toString('hex')}`
  const database = await createDatabase(server('source'), {
    slug: 'shop',
    sql: `create role ${role} login password '${role}'; ${sql.replaceAll('ROLE', role)}`,
  })
  const connection: PostgresConnection = { ...database.connection, slug: 'shop', user: role, password: role }
  return {
    role,
    database,
    connection,
    async drop() {
      await database.query(`reassign owned by ${role} to postgres; drop owned by ${role}; drop role ${role}`)
      await database.drop()
    },
  }
}

function superuser({ user, password }: PostgresServer): Pick<PostgresConnection, 'user' | 'password'> {
  return { user, password }
}

/** What is there for all to see: a check must leave it as it was. */
async function everything(database: TestDatabase): Promise<string> {
  const rows = await database.query(`
    select (select json_agg(t order by t.nspname, t.relname) from (select nspname, relname, relacl from pg_class c join pg_namespace n on n.oid = relnamespace) t) tables,
           (select json_agg(p.pubname) from pg_publication p) publications,
           (select json_agg(s.slot_name) from pg_replication_slots s where database = current_database()) slots,
           (select json_agg(d.datacl) from pg_database d where datname = current_database()) grants`)
  return JSON.stringify(rows)
}

async function noSessions(database: TestDatabase): Promise<void> {
  await waitFor(
    () =>
      database.query(
        `select count(*)::int n from pg_stat_activity where datname = $1 and application_name like 'ReJot %'`,
        [database.name],
      ),
    { what: 'no session of a check', until: ([row]) => row?.n === 0 },
  )
}

test('a server that is ready passes every step, tells each change of one, and is left as it was', async () => {
  const { database, connection, drop } = await setUp('create table account (id int primary key)')
  try {
    const before = await everything(database)
    const heard: CheckStep[] = []
    const tables = { reads: ['account'], writes: ['account'] }
    const steps = await checkConnection(
      { connection: { ...connection, ...superuser(server('source')) }, purpose: 'both', ...tables },
      { signal: new AbortController().signal, onStep: (step) => heard.push(step) },
    )
    assert.deepEqual(
      steps.filter(({ state }) => state !== 'passed').map(({ id, state }) => `${id} ${state}`),
      ['tls skipped', 'keep-size warning'],
    )
    assert.equal(steps.length, 19)
    for (const { id, sentence, durationMs } of steps) assert.ok(sentence && durationMs !== undefined, id)
    assert.deepEqual(
      heard.slice(0, 19).map(({ state }) => state),
      steps.map(() => 'waiting'),
    )
    assert.deepEqual(
      heard.filter(({ id }) => id === 'tcp').map(({ state }) => state),
      ['waiting', 'running', 'passed'],
    )
    assert.equal(await everything(database), before)
    await noSessions(database)
  } finally {
    await drop()
  }
})

test('what keeps a role from signing in is laid to its step, and nothing behind it is asked', async () => {
  const { connection, role, database, drop } = await setUp('')
  const cases: readonly (readonly [string, Partial<PostgresConnection>, string, RegExp])[] = [
    ['a host that nobody has', { host: 'nowhere.invalid' }, 'dns', /^failed: Cannot reach shop: .*nowhere\.invalid/],
    ['a port where nothing listens', { port: await freePort() }, 'tcp', /^failed: Cannot reach shop: nothing answers/],
    [
      'a server without TLS',
      { ssl: { mode: 'require' } },
      'tls',
      /^failed: The server does not offer TLS\. Switch TLS on/,
    ],
    ['a wrong password', { password: 'wrong' }, 'authentication', /^failed: .*refused the password\. .*expired/],
    ['no such database', { database: 'nothing' }, 'database', /^failed: .*database "nothing" does not exist/],
  ]
  try {
    for (const [what, change, id, says] of cases) {
      const steps = await check({ connection: { ...connection, ...change }, purpose: 'source' })
      assert.match(told(steps[id]), says, what)
      const ids = Object.keys(steps)
      const behind = ids.slice(ids.indexOf(id) + 1)
      assert.deepEqual(
        behind.filter((one) => steps[one]?.state !== 'skipped'),
        [],
        what,
      )
      assert.doesNotMatch(JSON.stringify(steps), new RegExp(`wrong|"${role}"`), what)
    }
    await database.query(`alter role ${role} valid until 'yesterday'`)
    const expired = await check({ connection, purpose: 'source' })
    assert.match(told(expired.authentication), /^failed: .*refused the password\. .*expired \(valid until\)/)
    await database.query(`alter role ${role} valid until 'tomorrow'`)
    const soon = await check({ connection, purpose: 'source' }, ['authentication'])
    assert.match(told(soon.authentication), /^warning: .* with SCRAM-SHA-256; the password is valid until \d{4}-/)
    await database.query(`revoke connect on database ${database.name} from public`)
    const shut = await check({ connection, purpose: 'source' })
    assert.equal(shut.authentication?.state, 'passed')
    assert.match(told(shut.database), /^failed: .*permission denied for database/)
  } finally {
    await drop()
  }
})

test('a host that takes connections and says nothing ends with its deadline, and at once when it is cancelled', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined).resume())
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  const connection: PostgresConnection = {
    ...{ engine: 'postgres', slug: 'shop', manifest: '', host: '127.0.0.1', port },
    ...{ user: 'a', database: 'b', password: 'c' },
  }
  const sockets = (): Promise<number> =>
    new Promise((resolve, reject) => silent.getConnections((error, count) => (error ? reject(error) : resolve(count))))
  try {
    const cancel = new AbortController()
    const steps = await checkConnection(
      { connection, purpose: 'source' },
      {
        signal: cancel.signal,
        onStep: ({ id, state }) => {
          if (id === 'authentication' && state === 'running') setImmediate(() => cancel.abort())
        },
      },
    )
    assert.deepEqual(
      steps.slice(0, 6).map(({ id, state, sentence }) => `${id} ${state} ${sentence}`),
      [
        'dns passed 127.0.0.1 is an address already',
        `tcp passed Port ${port} answers`,
        'tls skipped Not needed on this computer',
        'authentication skipped Stopped',
        'database skipped Stopped',
        'direct skipped Stopped',
      ],
    )
    const encrypted = await checkConnection(
      { connection: { ...connection, ssl: { mode: 'require' } }, purpose: 'source' },
      { signal: new AbortController().signal, deadlineMs: 1_500, onStep: () => undefined },
    )
    assert.match(told(encrypted[2]), /^failed: No answer within 1\.5 s\. Check host and port/)
    assert.match(told(encrypted[3]), /^skipped: Not asked: TLS failed/)
    await waitFor(sockets, { what: 'no socket left open', until: (count) => count === 0 })
  } finally {
    silent.close()
  }
})

test('a check that is cancelled while the server works leaves no session there', async () => {
  const { database, connection, drop } = await setUp('create table account (id int primary key)')
  const blocker = await database.session()
  try {
    await blocker.query('begin; lock table pg_catalog.pg_publication in access exclusive mode')
    const cancel = new AbortController()
    const checking = checkConnection(
      { connection: { ...connection, ...superuser(server('source')) }, purpose: 'source', reads: ['account'] },
      { signal: cancel.signal, onStep: () => undefined },
    )
    await waitFor(
      () =>
        database.query(
          `select 1 from pg_stat_activity where application_name = 'ReJot check' and wait_event_type = 'Lock'`,
        ),
      { what: 'a step that waits for a lock', until: ({ length }) => length > 0 },
    )
    cancel.abort()
    const steps = await checking
    assert.equal(steps.find(({ id }) => id === 'publication')?.state, 'skipped')
    assert.equal(steps.find(({ id }) => id === 'slots')?.state, 'passed')
    await blocker.query('rollback')
    await noSessions(database)
  } finally {
    await blocker.close()
    await drop()
  }
})

test('each right that a role lacks is told with SQL that gives it, and the step passes once that is applied', async () => {
  const { database, connection, role, drop } = await setUp(`
    create schema sales;
    create table account (id int primary key);
    create table sales."Order" (id int primary key);
    create table log (at timestamptz not null, line text);
    create table mail (address text not null unique, name text)`)
  const admin = { ...connection, ...superuser(server('source')) }
  try {
    await database.query(`revoke temporary on database ${database.name} from public`)
    const request: CheckRequest = {
      connection,
      purpose: 'both',
      reads: ['account', 'sales."Order"', 'log', 'mail'],
      writes: ['account', 'sales."Order"'],
      publicationName: 'Shop "1"',
    }
    const first = await check(request)
    const failed = Object.values(first).filter(({ state }) => state === 'failed')
    assert.deepEqual(
      failed.map(({ id, fix }) => [
        id,
        (fix?.statements ?? []).map((sql) => sql.replaceAll(role, 'ROLE').replaceAll(database.name, 'shop')),
      ]),
      [
        [
          'select',
          [
            'grant select on "public"."account" to "ROLE"',
            'grant usage on schema "sales" to "ROLE"',
            'grant select on "sales"."Order" to "ROLE"',
            'grant select on "public"."log" to "ROLE"',
            'grant select on "public"."mail" to "ROLE"',
          ],
        ],
        ['replication', ['alter role "ROLE" replication']],
        [
          'publication',
          [
            'create publication "Shop ""1""" for table "public"."account", "sales"."Order", "public"."log", "public"."mail" with (publish_via_partition_root = true)',
          ],
        ],
        [
          'replica-identity',
          [
            'alter table "public"."log" replica identity full',
            'alter table "public"."mail" replica identity using index "mail_address_key"',
          ],
        ],
        ['temporary', ['grant temporary on database "shop" to "ROLE"']],
        ['offsets', ['grant create on database "shop" to "ROLE"']],
        [
          'write',
          [
            'grant select, insert, update, delete on "public"."account" to "ROLE"',
            'grant usage on schema "sales" to "ROLE"',
            'grant select, insert, update, delete on "sales"."Order" to "ROLE"',
          ],
        ],
      ],
    )
    for (const { id, fix } of failed) {
      assert.equal(fix?.mayRun, false, id)
      const own = await applyFix(connection, fix?.statements ?? [])
      assert.equal(own.applied, false, id)
      assert.match(own.applied ? '' : own.solution, /^Let somebody run it who may/, id)
      assert.deepEqual(await applyFix(admin, fix?.statements ?? []), { applied: true }, id)
      const again = await check(request, [id])
      assert.deepEqual(Object.keys(again), [id])
      assert.equal(again[id]?.state, 'passed', `${id} ${told(again[id])}`)
    }
    assert.equal(firstNot(await check(request), 'passed')?.id, 'tls')
  } finally {
    await database.query('drop publication if exists "Shop ""1"""')
    await drop()
  }
})

test('a fix is applied whole or not at all, and waits for no lock for long', async () => {
  const { database, connection, drop } = await setUp(
    'create table account (id int primary key); create table mail (a int)',
  )
  const admin = { ...connection, ...superuser(server('source')) }
  const blocker = await database.session()
  try {
    await blocker.query('begin; select * from mail')
    const statements = ['alter table account replica identity full', 'alter table mail replica identity full']
    const result = await applyFix(admin, statements)
    assert.equal(result.applied, false)
    assert.equal(!result.applied && result.statement, statements[1])
    assert.match(result.applied ? '' : result.message, /^Cannot lock in shop/)
    const [row] = await database.query(`select relreplident from pg_class where oid = 'account'::regclass`)
    assert.equal(row?.relreplident, 'd')
  } finally {
    await blocker.query('rollback')
    await blocker.close()
    await drop()
  }
})

test('names with quotes and letters of other alphabets are asked about as they are', async () => {
  const { connection, database, drop } = await setUp('')
  await database.query(`create database "Größe ""1"" '数据'"`)
  try {
    const steps = await check({
      connection: { ...connection, ...superuser(server('source')), database: `Größe "1" '数据'` },
      purpose: 'both',
    })
    assert.match(told(steps.database), /^passed: Größe "1" '数据', /)
    assert.match(told(steps.select), /^warning: The database has no table yet/)
    const plain = await check({ connection: { ...connection, database: `Größe "1" '数据'` }, purpose: 'destination' })
    assert.match(plain.offsets?.fix?.statements[0] ?? '', /^grant create on database "Größe ""1"" '数据'" to /)
  } finally {
    await database.query(`drop database "Größe ""1"" '数据'" with (force)`)
    await drop()
  }
})

test('where no table is named, what is wrong with some of them is a warning', async () => {
  const { connection, database, drop } = await setUp(`
    create table a (id int primary key); create table b (id int); create table hidden (id int primary key);
    grant select on a, hidden to ROLE;
    alter table hidden enable row level security`)
  try {
    const request: CheckRequest = { connection, purpose: 'source' }
    const steps = await check(request)
    assert.match(told(steps.select), /^warning: \w+ may not read 1 of 3 tables: public\.b\. /)
    assert.match(told(steps['replica-identity']), /^warning: 1 of 3 tables cannot be followed: public\.b\. /)
    assert.match(told(steps.publication), /^warning: rejot_shop does not exist, and public\.a, .* belong to others/)
    const missing = await check({ ...request, reads: ['a', 'nothing'] }, ['select'])
    assert.match(told(missing.select), /^failed: There is no table nothing\./)
    const joined = await check({ ...request, reads: ['a'], looksInto: ['a', 'b'] })
    assert.match(told(joined.select), /^failed: \w+ may not read 1 of 2 tables: public\.b\. /)
    assert.match(told(joined['replica-identity']), /^passed: All 1 tables can name their rows/)
    await database.query(`grant select on b to ${connection.user}`)
    const hidden = await check({ ...request, reads: ['hidden'] }, ['select'])
    assert.match(told(hidden.select), /^failed: Row security hides rows of public\.hidden/)
  } finally {
    await drop()
  }
})

test('a publication of somebody else is looked at: what it holds back, and which tables it lacks', async () => {
  const { connection, database, drop } = await setUp(`
    create table a (id int primary key); create table b (id int primary key);
    create publication inserts for table a with (publish = 'insert'); create publication half for table a`)
  const request: CheckRequest = { connection, purpose: 'source', reads: ['a', 'b'] }
  try {
    const inserts = await check({ ...request, reads: ['a'], publicationName: 'inserts' }, ['publication'])
    assert.match(told(inserts.publication), /^failed: Cannot use the publication inserts: it leaves out update, delete/)
    const half = await check({ ...request, publicationName: 'half' }, ['publication'])
    const cure = [`alter publication "inserts" set (publish = 'insert, update, delete, truncate')`]
    assert.deepEqual(inserts.publication?.fix?.statements, cure)
    assert.match(told(half.publication), /^failed: half does not hold "public"\."b"/)
    assert.deepEqual(half.publication?.fix?.statements, ['alter publication "half" add table "public"."b"'])
  } finally {
    await database.query('drop publication inserts; drop publication half')
    await drop()
  }
})

test('a database of many tables is told in one pass, and says where it is', async () => {
  const { connection, database, drop } = await setUp(`
    do $$ begin for n in 1..1000 loop execute format('create table t_%s (id int)', n); end loop; end $$`)
  try {
    const heard: string[] = []
    const request: CheckRequest = { connection: { ...connection, ...superuser(server('source')) }, purpose: 'source' }
    const steps = await checkConnection(request, {
      only: ['select', 'replica-identity'],
      signal: new AbortController().signal,
      onStep: ({ sentence = '' }) => heard.push(sentence),
    })
    assert.match(told(steps[0]), /^passed: 1000 of 1000 tables in public/)
    assert.match(told(steps[1]), /^warning: 1000 of 1000 tables cannot be followed: public\.t_1, .* and 997 more/)
    assert.equal(heard.filter((sentence) => / of 1000 tables, now public\.t_/.test(sentence)).length, 5)
    await noSessions(database)
  } finally {
    await drop()
  }
})

for (const ignores of ['', 'options,extra_float_digits']) {
  test(`a pooler that ${ignores === '' ? 'refuses' : 'forgets'} our settings is told as such`, async () => {
    const { connection, drop } = await setUp('')
    const pooler = await startPooler(server('source'), ignores)
    try {
      const steps = await waitFor(
        () => check({ connection: { ...connection, port: pooler.port }, purpose: 'source' }),
        {
          what: 'a pooler that answers',
          until: ({ tcp }) => tcp?.state === 'passed',
        },
      )
      assert.match(told(steps.direct), /^failed: .*a connection pooler answers/)
      assert.match(told(steps['wal-level']), /^skipped: Not asked: Direct connection failed/)
    } finally {
      await pooler.stop()
      await drop()
    }
  })
}

test('a server that is not set up for it says what its settings lack, where that is set, and that it is a standby', async () => {
  const small = await startPostgresServer({
    settings: { wal_level: 'replica', max_replication_slots: 1, max_wal_senders: 1, fsync: 'off' },
  })
  try {
    const database = await createDatabase(small, { sql: `select pg_create_physical_replication_slot('taken')` })
    const request: CheckRequest = { connection: small.connectionFor(database.name, 'shop'), purpose: 'source' }
    const limits = [`alter system set max_slot_wal_keep_size = '64MB'`, 'select pg_reload_conf()']
    assert.deepEqual(await applyFix(request.connection, limits), { applied: true })
    const steps = await check(request)
    assert.match(told(steps['wal-level']), /^failed: It is replica, and following changes needs logical/)
    assert.deepEqual(steps['wal-level']?.fix, {
      ...{ statements: ['alter system set wal_level = logical'], mayRun: true, by: 'a superuser', restart: true },
    })
    const recognised = steps['wal-level']?.places?.filter((place) => place.recognised)
    assert.deepEqual(
      recognised?.map(({ provider }) => provider),
      ['own'],
    )
    assert.match(told(steps.slots), /^failed: All 1 are taken, and following needs one/)
    assert.deepEqual(steps.slots?.evidence.at(-1), { label: 'Nobody reads', value: 'taken' })
    assert.match(told(steps['keep-size']), /^warning: A slot may hold only 64 MB of WAL/)
    assert.match(told(steps.senders), /^passed: 1 of 1 free/)

    for (const id of ['wal-level', 'slots', 'keep-size']) {
      assert.deepEqual(await applyFix(request.connection, steps[id]?.fix?.statements ?? []), { applied: true }, id)
    }
    assert.equal((await check(request, ['keep-size']))['keep-size']?.state, 'passed')
    const written = await database.query(
      `select name || ' = ' || setting as line from pg_file_settings where sourcefile like '%auto.conf' order by name`,
    )
    assert.deepEqual(
      written.map(({ line }) => line),
      ['max_replication_slots = 6', 'max_slot_wal_keep_size = 10GB', 'wal_level = logical'],
    )
    await database.query('create role rds_superuser')
    const there = await check(request, ['wal-level'])
    assert.equal(there['wal-level']?.fix, undefined)
    assert.match(there['wal-level']?.places?.find((place) => place.recognised)?.text ?? '', /rds\.logical_replication/)

    small.kill('SIGINT')
    await small.exited
    await writeFile(join(small.dataDir, 'standby.signal'), '', { mode: 0o644 })
    await small.start()
    const standby = await check({ ...request, purpose: 'both' })
    assert.match(told(standby.primary), /^failed: It is a standby\. Connect to the primary/)
  } finally {
    await small.stop('immediate')
  }
})

test('a step that others stand on is asked again with those, another one alone', async () => {
  const { connection, drop } = await setUp('')
  try {
    const request: CheckRequest = { connection, purpose: 'source' }
    assert.deepEqual(stepsWith(request, 'wal-level'), ['wal-level'])
    assert.deepEqual(stepsWith(request, 'database').slice(0, 3), ['database', 'direct', 'version'])
    const refused = await check({ ...request, connection: { ...connection, password: 'wrong' } }, ['wal-level'])
    assert.deepEqual(Object.keys(refused), ['wal-level'])
    assert.match(told(refused['wal-level']), /^skipped: Not asked: Authentication failed/)
  } finally {
    await drop()
  }
})
