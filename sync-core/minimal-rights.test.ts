import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { Failure } from './domain/failure.ts'
import type { EngineStatus } from './domain/status.ts'
import { setUpAccounts } from './testing/account-setting.ts'
import type { TestEngine } from './testing/engine.ts'
import { createDatabase } from './testing/test-database.ts'
import { withServers } from './testing/with-servers.ts'

const server = withServers(['source', 'destination'])

const failureOf = ({ sources, consumers }: EngineStatus): Failure | undefined =>
  [...sources, ...consumers].find(({ state }) => state === 'halted')?.failure

/** The statement in a solution, as somebody pastes it into psql. */
function statementIn({ message, solution }: Failure): string {
  const [, statement = ''] = /[Rr]un:? ((?:grant|create|alter) [^;]+);/.exec(solution) ?? []
  assert.notEqual(statement, '', `${message}. ${solution}`)
  return statement
}

test('a role without any right is told each right that it lacks, and the statements in the sentences are enough', async () => {
  const role = `rights_${randomBytes(5).toString('hex')}`
  const roleSql = `create role ${role} login password '${role}'`
  const setting = await setUpAccounts(
    { source: server('source'), destination: server('destination') },
    {
      source: `insert into account values (1, 'first', 'row'); ${roleSql}`,
      // What the consumer's own SQL needs is its author's to know; temporary tables are everybody's right by default.
      destination: `${roleSql}; grant select, insert, update, delete on account_destination to ${role}`,
      role,
      destinationRole: role,
    },
  )
  const run: string[] = []
  let engine: TestEngine | undefined
  try {
    for (let time = 0; time < 8; time++) {
      engine = await setting.start()
      const isDone = ({ consumers }: EngineStatus): boolean => (consumers[0]?.offset ?? 0) > 0
      const status = await engine.until('a failure, or rows', (now) => failureOf(now) !== undefined || isDone(now))
      const failure = failureOf(status)
      if (failure === undefined) break
      const statement = statementIn(failure)
      run.push(statement)
      await engine.stop()
      const atDestination = status.consumers[0]?.failure !== undefined
      await (atDestination ? setting.destination : setting.source).query(statement)
    }
    await setting.arrived('the row')
    await setting.source.query(`insert into account values (2, 'second', 'row')`)
    await setting.arrived('a change')
    assert.deepEqual(
      run.map((statement) =>
        statement
          .replaceAll(role, 'rejot')
          .replaceAll(setting.source.name, 'shop')
          .replaceAll(setting.destination.name, 'billing'),
      ),
      [
        'alter role "rejot" replication',
        'grant select on "account" to "rejot"',
        'grant select on "account_emails" to "rejot"',
        `create publication "slot_shop" for table "public"."account", "public"."account_emails" with (publish_via_partition_root = true)`,
        'grant create on database "billing" to "rejot"',
      ],
    )
  } finally {
    await engine?.stop()
    await setting.dispose()
    for (const name of ['source', 'destination'] as const) {
      const admin = await createDatabase(server(name))
      await admin.query(`drop role if exists ${role}`)
      await admin.drop()
    }
  }
})
