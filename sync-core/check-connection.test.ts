import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { checkConnection } from './check-connection.ts'
import type { PostgresConnection } from './domain/connection.ts'
import type { CheckRequest, CheckStep } from './domain/connection-check.ts'
import type { PostgresServer } from './testing/postgres-server.ts'
import { createDatabase, type TestDatabase } from './testing/test-database.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

const server = withServers(['source'])

/** A database of its own with a role of its own, which has no right but to sign in. */
async function setUp(sql: string) {
  const role = `check_${randomBytes(5).toString('hex')}`
  const database = await createDatabase(server('source'), {
    slug: 'shop',
    sql: `create role ${role} login password '${role}'; ${sql.replaceAll('ROLE', role)}`,
  })
  const connection: PostgresConnection = { ...database.connection, user: role, password: role }
  return {
    role,
    database,
    connection,
    async drop() {
      await database.query(`drop owned by ${role} cascade; drop role ${role}`)
      await database.drop()
    },
  }
}

/** What is there for all to see: a check must leave it as it was. */
async function everything(database: TestDatabase): Promise<string> {
  const rows = await database.query(`
    select (select json_agg(t order by t.nspname, t.relname) from (select nspname, relname from pg_class c join pg_namespace n on n.oid = relnamespace) t) tables,
           (select json_agg(p.pubname) from pg_publication p) publications,
           (select json_agg(s.slot_name) from pg_replication_slots s where database = current_database()) slots,
           (select json_agg(r.rolname order by r.rolname) from pg_roles r) roles,
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
    const steps = await checkConnection(
      {
        connection: { ...connection, ...superuser(server('source')) },
        purpose: 'both',
        reads: ['account'],
        writes: ['account'],
      },
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

function superuser({ user, password }: PostgresServer): Pick<PostgresConnection, 'user' | 'password'> {
  return { user, password }
}
