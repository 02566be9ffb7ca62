import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { checkConnection } from './check-connection.ts'
import { checkRequest, connectionsNamed } from './check-request.ts'
import { readPipeline } from './read-pipeline.ts'
import { accountChanges, someAccounts } from './testing/account-changes.ts'
import { type AccountChoices, type AccountSetting, setUpAccounts } from './testing/account-setting.ts'
import { olderPostgres } from './testing/older-postgres.mjs'
import { type PostgresServer, startPostgresServer } from './testing/postgres-server.ts'
import { openSession } from './testing/sql-session.ts'
import { waitFor } from './testing/wait-for.ts'

/**
 * The whole walk on every Postgres that is promised, as source and as destination, with the rights that the README
 * names and no more. What is the same on all versions is tested once, elsewhere.
 */
interface Version {
  readonly name: string
  /** Of an older one: its package, and where that is. */
  readonly older?: { readonly spec: string; readonly packageDir: string }
}

const versions: readonly Version[] = [
  ...olderPostgres.map((older) => ({ name: `Postgres ${older.major}`, older })),
  { name: 'the installed Postgres' },
]

// Mostly they wait for a server to be back, which two can do side by side.
describe('the whole walk', { concurrency: 2 }, () => {
  for (const version of versions) describe(version.name, { concurrency: 1 }, () => walk(version))
})

function walk(version: Version): void {
  const { name } = version
  let server: PostgresServer
  before(async () => {
    server = await startVersion(version)
    // Before the databases, which are made side by side and both grant to it.
    const admin = await openSession(server.connectionFor('postgres'))
    await admin.query(`create role rejot login replication password 'rejot'; create role account_owner`)
    await admin.close()
  })
  after(() => server?.stop('immediate'))

  const setUp = (choices: AccountChoices = {}): Promise<AccountSetting> =>
    setUpAccounts({ source: server, destination: server }, { source: someAccounts(1_000), ...choices })

  test(`${name}: rows are copied and changes of every kind follow, with the rights that the README names`, async () => {
    const setting = await setUp({
      source: `${someAccounts(1_000)} ${sourceRights}`,
      destination: destinationRights,
      role: 'rejot',
      destinationRole: 'rejot',
    })
    try {
      assert.deepEqual(await foundBy('accounts-db', setting), ['keep-size warning, max_slot_wal_keep_size = 10GB'])
      assert.deepEqual(await foundBy('billing-db', setting), [])
      const engine = await setting.start()
      await setting.arrived('the backfill')
      for (const [what, sql] of accountChanges) {
        await setting.source.query(sql)
        await setting.arrived(what)
      }
      const status = await engine.caughtUp()
      assert.equal(status.consumers[0]?.deadLetters, 0)
    } finally {
      await setting.dispose()
    }
  })

  test(`${name}: a large transaction arrives once, past restarts and lost connections`, async () => {
    const setting = await setUp()
    const { source, destination } = setting
    try {
      const first = await setting.start()
      await setting.arrived('the backfill')
      await source.query(`insert into account select g, 'large', g::text from generate_series(1001, 13000) g`)
      await setting.arrived('a large transaction')
      assert.deepEqual(await destination.query('select max(hits) as hits from account_destination'), [{ hits: 1 }])
      await source.query('delete from account where id > 1000')
      await setting.arrived('that it is gone again')
      await first.stop()
      await source.query(`update account set last_name = 'meanwhile' where id <= 100`)
      const engine = await setting.start()
      await setting.arrived('what was changed while nothing ran')
      await source.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'ReJot %'`)
      await source.query(`update account set last_name = 'after' where id <= 200`)
      await setting.arrived('the change after all connections were lost')
      for (const mode of ['immediate', 'fast'] as const) {
        await server.restart(mode)
        await waitFor(() => source.query(`update account set last_name = '${mode}' where id <= 300`), {
          what: 'the server back',
        })
        await setting.arrived(`the change after a restart, ${mode}`)
      }
      assert.ok(engine.happenings.some(({ event }) => event === 'retrying'))
      assert.ok(!engine.happenings.some(({ event }) => event === 'halted'))
    } finally {
      await setting.dispose()
    }
  })

  test(`${name}: a table that is rewritten loses nothing, and columns that break the contract halt it in words`, async () => {
    const setting = await setUp()
    const { source, destination } = setting
    const copied = () => destination.query('select count(*)::int as n from account_destination')
    try {
      const engine = await setting.start()
      await setting.arrived('the backfill')
      const halted = async (says: RegExp): Promise<void> => {
        const status = await engine.until(
          'a halted public schema',
          ({ publicSchemas: [one] }) => one?.failure !== undefined,
        )
        assert.equal(status.publicSchemas[0]?.failure?.kind, 'sql')
        assert.match(status.publicSchemas[0]?.failure?.message ?? '', says)
      }
      await source.query('alter table account add column stamp uuid default gen_random_uuid()')
      await source.query('update account set active = id > 10')
      await setting.arrived('changes beside a column that was added')

      await source.query('alter table account alter column last_name type varchar(80)')
      await source.query(`update account set last_name = 'retyped' where id > 900`)
      await halted(/gives "lastName" as character varying, and its outputSchema promises text/)
      await source.query('alter table account alter column last_name type text')
      await setting.arrived('what was changed meanwhile, once the column is what it was')

      await engine.caughtUp()
      const before = await copied()
      await source.query('alter table account drop column first_name')
      await source.query(`update account set last_name = 'x'`)
      await halted(/first_name/)
      assert.deepEqual(await copied(), before)
    } finally {
      await setting.dispose()
    }
  })

  test(`${name}: a table joins a publication that is there, and a slot that is gone halts in words`, async () => {
    const setting = await setUp()
    const { source } = setting
    const slot = `slot_${source.name}`
    try {
      await source.query(`create publication ${slot} for table account`)
      const engine = await setting.start()
      await setting.arrived('the backfill')
      await source.query(`update account_emails set email = 'joined@example.org' where id <= 10`)
      await setting.arrived('a change of the table that joined')
      await engine.stop()
      // The server notices a moment later that its receiver is gone.
      await waitFor(() => source.query('select pg_drop_replication_slot($1)', [slot]), { what: 'the slot dropped' })
      const next = await setting.start()
      const status = await next.until('a halted source', ({ sources }) => sources[0]?.state === 'halted')
      assert.equal(status.sources[0]?.failure?.kind, 'slot-lost')
      assert.match(status.sources[0]?.failure?.message ?? '', /its slot .* is gone/)
    } finally {
      await setting.dispose()
    }
  })
}

test('the oldest and the installed Postgres carry over to one another', async () => {
  const servers: PostgresServer[] = []
  try {
    for (const version of [versions[0], versions.at(-1)]) {
      if (version !== undefined) servers.push(await startVersion(version))
    }
    for (const [source, destination] of [servers, servers.toReversed()]) {
      assert.ok(source && destination)
      const setting = await setUpAccounts({ source, destination }, { source: someAccounts(1_000) })
      try {
        await setting.start()
        await setting.arrived(`the backfill from ${source.version} to ${destination.version}`)
        for (const [, sql] of accountChanges) await setting.source.query(sql)
        await setting.arrived(`what changed, from ${source.version} to ${destination.version}`)
      } finally {
        await setting.dispose()
      }
    }
  } finally {
    for (const server of servers) await server.stop('immediate')
  }
})

const settings = { fsync: 'off' }

async function startVersion({ older }: Version): Promise<PostgresServer> {
  if (older === undefined) return startPostgresServer({ settings })
  const { spec, packageDir } = older
  if (existsSync(packageDir)) return startPostgresServer({ packageDir, settings })
  throw new Error(
    `Cannot start ${spec}: it was not fetched; \`npm test\` fetches it first of all, or says why it cannot`,
  )
}

/** What a check of the connection has to say against it, with the end of the first statement that would cure it. */
async function foundBy(slug: string, { workspace }: AccountSetting): Promise<readonly string[]> {
  const { pipeline } = await readPipeline([workspace.manifestPath], process.env)
  const [connection] = connectionsNamed(pipeline, slug)
  assert.ok(connection)
  const steps = await checkConnection(checkRequest(pipeline, connection), {
    signal: new AbortController().signal,
    onStep: () => undefined,
  })
  return steps
    .filter(({ state }) => state !== 'passed' && state !== 'skipped')
    .map(
      ({ id, state, sentence, fix }) =>
        `${id} ${state}, ${fix?.statements[0]?.replace(/^alter system set |'/g, '') ?? sentence}`,
    )
}

const sourceRights = `
do $$ begin execute format('grant create on database %I to rejot', current_database()); end $$;
grant select on account, account_emails to rejot;
grant account_owner to rejot;
alter table account owner to account_owner;
alter table account_emails owner to account_owner;`

const destinationRights = `
do $$ begin execute format('grant create, temporary on database %I to rejot', current_database()); end $$;
grant select, insert, update, delete on account_destination to rejot;`
