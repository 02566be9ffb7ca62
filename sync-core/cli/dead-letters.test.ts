import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { accountManifest } from '../testing/account-manifest.ts'
import { setUpAccounts } from '../testing/account-setting.ts'
import { setUpPipeline } from '../testing/pipeline-setting.ts'
import { waitFor } from '../testing/wait-for.ts'
import { withServers } from '../testing/with-servers.ts'
import { folderWith, runCli, startCli } from './run-cli.fixture.ts'

const server = withServers(['source', 'destination'])

test('dead letters are listed, retried and given up, and events read, beside a running engine and after it', async () => {
  const setting = await setUpAccounts(
    { source: server('source'), destination: server('destination') },
    {
      source: `insert into account select n, 'first ' || n, 'last' from generate_series(1, 20) n`,
      destination: `alter table account_destination add constraint no_bad_name check (full_name not like 'Bad%')`,
    },
  )
  const { source, destination, workspace } = setting
  const engine = setting.startProcess()
  const folder = await folderWith({})
  const rejot = (...args: readonly string[]) => runCli(folder, [...args, '--state', workspace.stateDir])
  try {
    await engine.said('ready')
    await source.query(`update account set first_name = 'Bad' where id in (7, 8)`)
    await waitFor(() => engine.lines.filter(({ event }) => event === 'dead-letter').length, {
      what: 'two dead letters',
      until: (count) => count === 2,
    })
    const listed = JSON.parse((await rejot('dead-letters', 'list', '--json')).out)
    assert.deepEqual(
      listed.groups.map(({ consumer, sqlstate, constraint, count }: Record<string, unknown>) => [
        consumer,
        sqlstate,
        constraint,
        count,
      ]),
      [['@test/accounts/consume-account', '23514', 'no_bad_name', 2]],
    )
    assert.deepEqual(listed.deadLetters.map(({ key }: { readonly key: string }) => key).sort(), ['[7]', '[8]'])
    assert.match(
      (await rejot('dead-letters', 'list', 'consume-account')).out,
      /consume-account +23514 +no_bad_name +2 /,
    )
    assert.equal((await rejot('dead-letters', 'list', 'nobody')).out, 'There are no dead letters\n')

    const refused = await rejot('dead-letters', 'retry', 'consume-account')
    assert.equal(refused.code, 1)
    assert.match(
      refused.out,
      /^consume-account: applied 0 rows; 2 rows refused again: Cannot write a row of .*no_bad_name/,
    )
    const [letter] = listed.deadLetters
    const skip = ['dead-letters', 'skip', 'consume-account', '--offset', String(letter.offset)]
    assert.equal((await rejot(...skip)).code, 2)
    const skipped = await rejot(...skip, '--reason', 'a test account', '--json')
    assert.deepEqual([skipped.code, JSON.parse(skipped.out)], [0, { consumer: 'consume-account', skipped: 1 }])
    await destination.query('alter table account_destination drop constraint no_bad_name')
    const retried = await rejot('dead-letters', 'retry', 'consume-account', '--constraint', 'no_bad_name', '--json')
    assert.deepEqual(
      [retried.code, JSON.parse(retried.out)],
      [0, { consumer: 'consume-account', applied: 1, refused: 0, waiting: 0 }],
    )
    const replayed = await rejot('replay', 'consume-account', '--key', '3')
    assert.deepEqual([replayed.code, replayed.out], [0, 'consume-account: applied 1 row\n'])
    assert.deepEqual(await destination.query('select hits from account_destination where id = 3'), [{ hits: 2 }])
    assert.equal((await rejot('replay', 'consume-account')).code, 2)

    const follower = startCli(folder, [
      'events',
      '--follow',
      '--json',
      '--payload',
      '--key',
      '9',
      '--state',
      workspace.stateDir,
    ])
    const ended = once(follower, 'close')
    const lines: Record<string, unknown>[] = []
    assert.ok(follower.stdout !== null)
    createInterface(follower.stdout).on('line', (line) => lines.push(JSON.parse(line)))
    await waitFor(() => lines.length, { what: 'the event that is there', until: (count) => count === 1 })
    await source.query(`update account set first_name = 'Ada' where id in (9, 10)`)
    await waitFor(() => lines.length, { what: 'the event that comes', until: (count) => count === 2 })
    follower.kill('SIGINT')
    assert.deepEqual(await ended, [0, null])
    assert.deepEqual(
      lines.map(({ operation, key, changed }) => [operation, key, changed]),
      [
        ['insert', '[9]', []],
        ['update', '[9]', ['firstName']],
      ],
    )
    assert.match(JSON.stringify(lines[1]?.payload), /"firstName":"Ada"/)

    await engine.signal('SIGTERM')
    const after = await rejot('dead-letters', 'list')
    assert.match(after.out, /^There are no dead letters\n\nSKIPPED OF .*\n.*a test account\n$/)
    const events = await rejot('events', '--operation', 'update', '--limit', '2')
    assert.match(
      events.out,
      /^ +OFFSET .*\n.* update +@test\/accounts\/publish-account@1 {2}\[9\] {2}firstName\n.*\[10\].*\n$/,
    )
    assert.equal((await rejot('dead-letters', 'retry', 'consume-account')).code, 1)
  } finally {
    await setting.dispose()
  }
})

test('of who takes every version it is listed how many wait, retried in order, and said what skipping does', async () => {
  const pipeline = await setUpPipeline({
    databases: {
      source: { server: server('source'), sql: 'create table item (id int primary key, stock int not null)' },
      destination: {
        server: server('destination'),
        sql: 'create table history (n bigserial, id int, stock int constraint no_dozen check (stock % 12 > 0))',
      },
    },
    publicSchemas: {
      item: {
        from: 'source',
        key: ['id'],
        columns: { id: 'integer', stock: 'integer' },
        tables: { item: 'select i.id, i.stock from item i where i.id = :id' },
      },
    },
    consumers: {
      history: {
        of: 'item',
        into: 'destination',
        everyVersion: true,
        sql: 'insert into history (id, stock) values (:id, :stock)',
        deleteSql: 'insert into history (id) values (:id)',
        truth: '',
        rows: '',
      },
    },
  })
  const folder = await folderWith({})
  const { source, destination } = pipeline.databases
  const rejot = (...args: readonly string[]) => runCli(folder, [...args, '--state', pipeline.workspace.stateDir])
  try {
    const engine = pipeline.startProcess()
    await engine.said('ready')
    await source.query(
      'begin; insert into item values (1, 12); update item set stock = 13; update item set stock = 24; commit',
    )
    await source.query('update item set stock = 25')
    const listed = await waitFor(() => rejot('dead-letters', 'list'), {
      what: 'what waits',
      until: ({ out }) => /KEY +WAITING .*\n.* insert +\[1\] +3 +23514 /.test(out),
    })
    assert.equal(listed.code, 0)
    const skipped = await rejot('dead-letters', 'skip', 'history', '--sqlstate', '23514', '--reason', 'a dozen')
    assert.equal(skipped.out, 'history: gave up 1 dead letter; what comes after each goes on\n')
    await waitFor(() => rejot('dead-letters', 'list'), {
      what: 'the next one that is refused',
      until: ({ out }) => /\n.* update +\[1\] +1 +23514 /.test(out),
    })
    await destination.query('alter table history drop constraint no_dozen')
    assert.equal((await rejot('dead-letters', 'retry', 'history')).out, 'history: applied 1 row\n')
    const stocks = await destination.query('select stock from history order by n')
    assert.deepEqual(
      stocks.map(({ stock }) => stock),
      [13, 24, 25],
    )
  } finally {
    await pipeline.dispose()
  }
})

test('info prints what a manifest holds, and no password', async () => {
  const connection = {
    engine: 'postgres',
    slug: 'db',
    manifest: '',
    host: 'localhost',
    port: 5432,
    user: 'rejot',
    database: 'shop',
  } as const
  const manifest = accountManifest(
    { ...connection, password: 'not-to-be-seen' },
    { ...connection, password: 'nor-this' },
  )
  const folder = await folderWith({ 'm.json': manifest })
  const table = await runCli(folder, ['info', 'm.json'])
  assert.equal(table.code, 0)
  assert.match(table.out, /accounts-db +@test\/accounts +localhost:5432 +shop +rejot +slot_shop\n/)
  assert.match(
    table.out,
    /@test\/accounts\/publish-account@1 +1\.0 +accounts-db +account, account_emails +id +no: it is made of several tables +id, emails/,
  )
  const json = await runCli(folder, ['info', 'm.json', '--json'])
  assert.deepEqual(JSON.parse(json.out).consumers, [
    {
      name: 'consume-account',
      manifest: '@test/accounts',
      destination: 'billing-db',
      reads: '@test/accounts/publish-account@1',
      found: true,
      everyVersion: false,
      start: 'everything',
    },
  ])
  assert.ok(!`${table.out}${json.out}`.includes('not-to-be-seen'))
})
