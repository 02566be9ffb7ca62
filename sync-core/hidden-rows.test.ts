import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { EngineStatus } from './domain/status.ts'
import { setUpAccounts } from './testing/account-setting.ts'
import { createDatabase } from './testing/test-database.ts'
import { withServers } from './testing/with-servers.ts'

// Rows that the engine may not see any more are an error, and no deletes.

const server = withServers(['source', 'destination'])
const servers = () => ({ source: server('source'), destination: server('destination') })

const someRows = `insert into account select g, 'first', g::text from generate_series(1, 200) g;`

const hiddenRows: readonly { readonly what: string; readonly sql: string; readonly undo: string }[] = [
  {
    what: 'SELECT is taken away on a joined table',
    sql: 'revoke select on account_emails from',
    undo: 'grant select on account_emails to',
  },
  {
    what: 'row-level security hides rows of a joined table',
    sql: 'alter table account_emails enable row level security --',
    undo: 'alter table account_emails disable row level security --',
  },
]

for (const { what, sql, undo } of hiddenRows) {
  test(`G5: when ${what}, the public schema halts with a sentence instead of deleting`, async () => {
    const role = `reader_${randomBytes(5).toString('hex')}`
    const setting = await setUpAccounts(servers(), {
      source: `${someRows} create role ${role} login replication password '${role}'; grant select on all tables in schema public to ${role}`,
      role,
    })
    const { source, destination } = setting
    try {
      const name = `slot_${source.name}`
      await source.query(`create publication ${name} for table account, account_emails`)
      const engine = await setting.start()
      await setting.arrived('the backfill')
      await source.query(`${sql} ${role}`)
      await source.query(`update account set first_name = 'changed' where id <= 20`)
      const halted = (status: EngineStatus) => status.publicSchemas[0]?.failure !== undefined
      const failure = (await engine.until('a halted public schema', halted)).publicSchemas[0]?.failure
      assert.equal(failure?.kind, 'permission')
      assert.match(failure?.message ?? '', /^Cannot .*account_emails/)
      assert.match(failure?.solution ?? '', /^\w.*\.$/)
      assert.deepEqual(await destination.query('select count(*)::int as n from account_destination'), [{ n: 200 }])
      await source.query(`${undo} ${role}`)
      await setting.arrived('what was changed while rows were hidden')
    } finally {
      const { connection } = source
      await setting.dispose()
      await dropRole(connection.port, role)
    }
  })
}

async function dropRole(port: number, role: string): Promise<void> {
  assert.equal(port, server('source').port)
  const admin = await createDatabase(server('source'))
  await admin.query(`drop role ${role}`)
  await admin.drop()
}
