import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { applyFix, checkConnection, stepsWith } from '../../sync-core/check-connection.ts'
import * as define from '../../sync-core/define.ts'
import type { Log } from '../../sync-core/domain/log.ts'
import { planPipeline } from '../../sync-core/plan-pipeline.ts'
import { readPipeline } from '../../sync-core/read-pipeline.ts'
import { createDatabase, type TestDatabase } from '../../sync-core/testing/test-database.ts'
import { withServers } from '../../sync-core/testing/with-servers.ts'
import { createDatabaseHost } from './create-database-host.ts'
import { type DatabaseAnswer, type DatabaseCall, type DatabaseToMain, databaseToMain } from './database-messages.ts'

const server = withServers(['shop'])
const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** The process's own part, with real databases and without the process. */
function host() {
  const said: DatabaseToMain[] = []
  const database = createDatabaseHost({
    define,
    plan: { readPipeline, planPipeline },
    checkConnection,
    stepsWith,
    applyFix,
    post: (message) => said.push(databaseToMain.parse(message)),
    log: silent,
  })
  let id = 0
  return {
    said,
    async ask(call: DatabaseCall): Promise<unknown> {
      const asked = ++id
      await database.receive({ type: 'call', id: asked, call })
      return said.findLast((message) => 'id' in message && message.id === asked)
    },
    receive: database.receive,
  }
}

type Check = Extract<DatabaseCall, { name: 'check' }>

function checkOf({ connection }: TestDatabase, more: Partial<Check> = {}): Check {
  return { name: 'check', checkId: 'c', purpose: 'source', reads: ['log'], connection, ...more }
}

test('a check tells each step on its way, one is asked again alone, and no message holds the password', async () => {
  const database = await createDatabase(server('shop'), { sql: 'create table log (line text)' })
  const { said, ask } = host()
  try {
    const answer = (await ask(checkOf(database))) as { readonly value: DatabaseAnswer<'check'> }
    const { steps, cancelled } = answer.value
    assert.equal(cancelled, false)
    assert.equal(steps.length, 16)
    assert.equal(said.filter((message) => message.type === 'step').length, steps.length * 3 + 1)
    await database.query('alter table log replica identity full')
    const again = (await ask({ name: 'recheck', checkId: 'c', step: 'replica-identity' })) as typeof answer
    assert.deepEqual(
      again.value.steps.map(({ id, state }) => `${id} ${state}`),
      ['replica-identity passed'],
    )
    assert.doesNotMatch(JSON.stringify(said), new RegExp(server('shop').password))
  } finally {
    await database.drop()
  }
})

test('only the SQL that a step has is run, and for production only with a confirmation', async () => {
  const database = await createDatabase(server('shop'), {
    sql: 'create table log (line text); create table kept (a int)',
  })
  const { ask } = host()
  const connection = { ...database.connection, environment: 'production' as const }
  const applying = { name: 'applyFix' as const, checkId: 'c', step: 'replica-identity', confirmed: true }
  const shown = ['alter table "public"."log" replica identity full']
  const identity = async (): Promise<unknown> => {
    const [row] = await database.query(`select relreplident from pg_class where oid = 'log'::regclass`)
    return row?.relreplident
  }
  const message = (answer: unknown): string =>
    (answer as { readonly failure?: { message: string } }).failure?.message ?? ''
  try {
    assert.match(message(await ask({ ...applying, statements: shown })), /its check is no longer known/)
    await ask(checkOf(database, { connection }))
    const other = await ask({ ...applying, statements: ['drop table kept'] })
    assert.match(message(other), /not the SQL that the step has now/)
    const both = await ask({ ...applying, statements: [...shown, 'drop table kept'] })
    assert.match(message(both), /not the SQL that the step has now/)
    const unconfirmed = await ask({ ...applying, statements: shown, confirmed: false })
    assert.match(message(unconfirmed), /labelled production, and nobody confirmed it/)
    assert.equal(await identity(), 'd')
    const applied = (await ask({ ...applying, statements: shown })) as { value: DatabaseAnswer<'applyFix'> }
    assert.deepEqual(applied.value.result, { applied: true })
    assert.deepEqual(
      applied.value.steps.map(({ id, state }) => `${id} ${state}`),
      ['replica-identity passed'],
    )
    assert.equal(await identity(), 'f')
  } finally {
    await database.drop()
  }
})

test('what the role may not run is run by an administrator, and the role is checked again', async () => {
  const database = await createDatabase(server('shop'), { sql: 'create table log (line text)' })
  const { ask } = host()
  const { user, password } = server('shop')
  const role = `host_${database.name}`
  await database.query(`create role ${role} login password 'secret'`)
  try {
    const connection = { ...database.connection, user: role, password: 'secret' }
    await ask(checkOf(database, { connection }))
    const applying = { name: 'applyFix' as const, checkId: 'c', step: 'replication', confirmed: false }
    const statements = [`alter role "${role}" replication`]
    const own = (await ask({ ...applying, statements })) as { value: DatabaseAnswer<'applyFix'> }
    assert.equal(own.value.result.applied, false)
    assert.equal(own.value.steps[0]?.state, 'failed')
    const administrator = { user, password }
    const theirs = (await ask({ ...applying, statements, administrator })) as typeof own
    assert.deepEqual(theirs.value.result, { applied: true })
    assert.equal(theirs.value.steps[0]?.state, 'passed')
  } finally {
    await database.query(`drop role ${role}`)
    await database.drop()
  }
})

test('a check is ended by cancelling it, and by a newer one of its id, which alone is told then', async () => {
  const database = await createDatabase(server('shop'), { sql: 'create table log (line text)' })
  const blocker = await database.session()
  const { said, ask, receive } = host()
  try {
    await blocker.query('begin; lock table pg_catalog.pg_publication in access exclusive mode')
    const first = ask(checkOf(database))
    const second = ask(checkOf(database, { purpose: 'destination' }))
    const [ended, whole] = (await Promise.all([first, second])) as { value: DatabaseAnswer<'check'> }[]
    assert.equal(ended?.value.cancelled, true)
    assert.equal(whole?.value.cancelled, false)
    const third = ask(checkOf(database, { checkId: 'd' }))
    await receive({ type: 'call', id: 0, call: { name: 'cancelCheck', checkId: 'd' } })
    assert.equal(((await third) as { value: DatabaseAnswer<'check'> }).value.cancelled, true)
    await receive({ type: 'ping' })
    assert.deepEqual(said.at(-1), { type: 'pong' })
  } finally {
    await blocker.close()
    await database.drop()
  }
})

test('tables come as rows, a table’s columns from what was read, and a reading that is cancelled leaves nothing', async () => {
  const database = await createDatabase(server('shop'), {
    sql: `create table "Odd name" (id bigint primary key, mail text not null, plan text generated always as (lower(mail)) stored);
      create table log (line text); alter table log replica identity nothing;
      comment on column "Odd name".mail is 'Where it can be reached'`,
  })
  const { said, ask } = host()
  const { connection } = database
  const of = `${connection.manifest}/${connection.slug}`
  try {
    const read = (await ask({ name: 'readTables', connection })) as { value: DatabaseAnswer<'readTables'> }
    const shown = read.value?.tables.map(({ oid: _, ...table }) => table)
    const shared = { schema: 'public', kind: 'table', readable: true } as const
    assert.deepEqual(shown, [
      { ...shared, name: 'Odd name', columns: 3, primaryKey: ['id'], replicaIdentity: 'primary key' },
      { ...shared, name: 'log', columns: 1, primaryKey: [], replicaIdentity: 'nothing' },
    ])
    const oid = read.value?.tables[0]?.oid ?? 0
    const detail = (await ask({ name: 'describeTable', of, oid })) as { value: DatabaseAnswer<'describeTable'> }
    assert.deepEqual(detail.value.columns, [
      { name: 'id', type: 'bigint', nullable: false },
      { name: 'mail', type: 'text', nullable: false, comment: 'Where it can be reached' },
      { name: 'plan', type: 'text', nullable: true, generated: 'stored' },
    ])
    const unknown = (await ask({ name: 'describeTable', of, oid: 1 })) as Extract<DatabaseToMain, { type: 'no' }>
    assert.match(unknown.failure.message, /no longer known/)

    // The server holds the question back, so that it is under way when it is cancelled.
    const locker = await database.session()
    await locker.query('begin')
    await locker.query('lock table pg_description in access exclusive mode')
    const reading = ask({ name: 'readTables', connection })
    await ask({ name: 'cancelTables', of })
    assert.deepEqual(await reading, { type: 'answer', id: 4, value: undefined })
    await locker.close()
    assert.doesNotMatch(JSON.stringify(said), new RegExp(server('shop').password))
  } finally {
    await database.drop()
  }
})

test('tables of a server that is not there are refused with a sentence and what to do', async () => {
  const database = await createDatabase(server('shop'))
  const { ask } = host()
  await database.drop()
  const answer = (await ask({ name: 'readTables', connection: database.connection })) as DatabaseToMain
  assert.equal(answer.type, 'no')
  assert.ok(answer.type === 'no' && answer.failure.solution !== undefined)
})

test('what a start would change is read from manifests, state folder and server, and changes nothing there', async () => {
  const table =
    'create table log (id int primary key, line text); insert into log select n, n from generate_series(1, 40) n'
  const database = await createDatabase(server('shop'), { sql: `${table}; analyze log` })
  const folder = await mkdtemp(join(tmpdir(), 'rejot-plan-'))
  const path = join(folder, 'rejot-manifest.json')
  const { ask } = host()
  const { host: at, port, user, password, database: name } = database.connection
  const config = { connectionType: 'postgres', host: at, port, user, database: name }
  const column = (type: string) => ({ type: 'string', 'x-postgres-type': type })
  const manifest = {
    slug: 'shop',
    manifestVersion: 1,
    connections: [{ slug: 'shop-db', config: { ...config, password: '' } }],
    dataStores: [
      { connectionSlug: 'shop-db', config: { connectionType: 'postgres', slotName: name, publicationName: name } },
    ],
    publicSchemas: [
      {
        name: 'lines',
        version: { major: 1, minor: 0 },
        source: { dataStoreSlug: 'shop-db' },
        outputSchema: {
          type: 'object',
          properties: { id: column('int4'), line: column('text') },
          required: ['id'],
          'x-rejot': { key: ['id'] },
        },
        config: {
          publicSchemaType: 'postgres',
          transformations: ['insert', 'update'].map((operation) => ({
            operation,
            table: 'log',
            sql: 'select id, line from log where id = :id',
          })),
        },
      },
    ],
  }
  await writeFile(path, JSON.stringify(manifest))
  const target = { engine: 'postgres' as const, host: at, port, user, database: name }
  const passwords = [{ manifest: path, slug: 'shop-db', target, password: password ?? '' }]
  const question = {
    name: 'planStart' as const,
    manifestPaths: [path],
    stateDir: join(folder, 'state'),
    secrets: {},
    passwords,
  }
  try {
    const plan = (await ask(question)) as { readonly value: DatabaseAnswer<'planStart'> }
    assert.deepEqual(
      plan.value.map(({ action, object, what }) => `${action} ${object} ${what}`),
      [
        `add shop/shop-db creates publication ${name}`,
        `add shop/shop-db creates slot ${name}`,
        'add shop/lines@1 copies about 40 rows',
      ],
    )
    assert.deepEqual(await database.query('select 1 from pg_publication'), [])
    assert.equal(existsSync(join(folder, 'state')), false)
    await writeFile(path, '{ "slug": ')
    const refused = (await ask(question)) as Extract<DatabaseToMain, { type: 'no' }>
    assert.match(refused.failure.message, /^Cannot say what a start would change: .*half written/)
  } finally {
    await rm(folder, { recursive: true, force: true })
    await database.drop()
  }
})
