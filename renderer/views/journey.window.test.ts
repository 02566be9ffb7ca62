import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright'
import { watchErrors } from '../../main/testing/accessibility-problems.ts'
import { type Hands, keyboardHands, mouseHands } from '../../main/testing/hands.ts'
import { launchWindow } from '../../main/testing/launch-window.ts'
import { type PostgresServer, startPostgresServer } from '../../sync-core/testing/postgres-server.ts'
import { createDatabase, type TestDatabase } from '../../sync-core/testing/test-database.ts'
import { waitFor } from '../../sync-core/testing/wait-for.ts'

/* From an empty workspace to rows that arrive, and on to a contract that changes: by mouse, and by keyboard alone. */

const folder = mkdtempSync(join(tmpdir(), 'rejot-journey-'))
let server: PostgresServer
before(async () => {
  server = await startPostgresServer({ settings: { fsync: 'off' } })
})
after(async () => {
  await server.stop('immediate')
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

const running = new Set<number>()
// What a failed test left open would keep the file from ending.
after(() => {
  for (const pid of running) process.kill(pid, 'SIGKILL')
})

const shopTables = `
  create table customer (id int primary key, name text not null, email text);
  create table purchase (id int primary key, customer_id int not null references customer, amount numeric not null);
  insert into customer values (1, 'Ada', 'ada@example.org'), (2, 'Grace', null);
  insert into purchase values (1, 1, 10), (2, 1, 2.5)`

interface Setting {
  readonly page: Page
  readonly hands: Hands
  readonly shop: TestDatabase
  readonly crm: TestDatabase
}

test('by mouse', () => journey('mouse', mouseHands, 'light'))
test('by keyboard alone', () => journey('keys', keyboardHands, 'dark'))

async function journey(name: string, handsOf: (page: Page) => Hands, theme: 'light' | 'dark') {
  const workspace = join(folder, name)
  const manifest = join(workspace, 'rejot-manifest.json')
  mkdirSync(workspace)
  writeFileSync(manifest, '{ "slug": "harbor", "manifestVersion": 1, "connections": [] }\n')
  const shop = await createDatabase(server, { slug: `shop-${name}`, sql: shopTables })
  const crm = await createDatabase(server, { slug: `crm-${name}` })
  const look = { size: { width: 1440, height: 900 }, theme }
  const window = await launchWindow({ userDataDir: join(folder, `${name}-user`), args: [workspace], ...look })
  const { app, page, pid, quit } = window
  running.add(pid)
  app.process().once('exit', () => running.delete(pid))
  const errors = watchErrors(page)
  const setting: Setting = { page, hands: handsOf(page), shop, crm }
  const versions = () =>
    JSON.parse(readFileSync(manifest, 'utf8')).publicSchemas.map(
      ({ version }: { version: { major: number; minor: number } }) => `${version.major}.${version.minor}`,
    )

  await connect(setting, 'source', shop)
  await connect(setting, 'destination', crm)
  await publish(setting)
  await consume(setting)
  await rowsArrive(setting)
  assert.deepEqual(versions(), ['1.0'])

  await change(setting, `c.email, ${totals}`, /can go on/)
  assert.equal(versions().at(-1), '1.1')
  await shop.query(`insert into customer values (3, 'Edsger', null)`)
  await arrived(setting)

  await change(setting, `c.email, ${totals.replace('count(p.id) as purchases, ', '')}`, /may rely on/)
  assert.equal(versions().at(-1), '2.0')
  assert.ok(versions().includes('1.1'), 'the version that is consumed goes on')
  await shop.query('delete from purchase where id = 1')
  await arrived(setting)

  assert.deepEqual(errors, [])
  assert.equal(await quit(), 0)
  await shop.drop()
  await crm.drop()
}

async function connect({ page, hands }: Setting, which: 'source' | 'destination', database: TestDatabase) {
  const url = `postgres://postgres:${server.password}@127.0.0.1:${server.port}/${database.name}`
  await hands.press(page.getByRole('button', { name: `Connect: Connect a ${which}` }))
  await hands.write(page.getByLabel(/^Paste a URL/), url)
  await page.getByText('Connection URL, 5 fields filled in').waitFor()
  await hands.press(page.getByRole('button', { name: 'Test', exact: true }))
  await page.getByRole('button', { name: 'Test again' }).waitFor()
  await hands.press(page.getByRole('button', { name: 'Save…' }))
  await hands.press(page.getByRole('button', { name: 'Write 1 file' }))
  const step = page.getByRole('listitem').filter({ hasText: `Connect a ${which}` })
  await step.getByText(`${database.name.replaceAll('_', '-')}-db`).waitFor()
}

/** A table with an aggregate over another one, which is listened to as well. */
async function publish({ page, hands }: Setting) {
  await hands.press(page.getByRole('button', { name: 'Choose a table: Publish a table' }))
  await hands.press(page.getByRole('button', { name: /^Read tables shop/ }))
  await hands.choose(page.getByRole('grid', { name: 'Tables' }), page.getByRole('row', { name: /^customer/ }))
  await hands.press(page.getByRole('button', { name: 'Publish this…' }))

  await hands.write(page.getByRole('textbox', { name: 'SQL when customer changes' }), sqlOf(totals, ':id'))
  await page.getByRole('button', { name: 'total', exact: true }).waitFor()
  await hands.press(page.getByRole('tab', { name: /^Dependencies/ }))
  await hands.press(page.getByRole('tabpanel').getByRole('button', { name: 'Listen to it' }))
  await page.getByRole('button', { name: 'purchase', exact: true }).waitFor()
  await hands.write(page.getByRole('textbox', { name: 'Name' }), 'customer-totals')
  await apply({ page, hands })
}

/** Into a table that is not there yet. */
async function consume({ page, hands }: Setting) {
  await hands.press(page.getByRole('button', { name: 'Consume this' }))
  await page.getByRole('region', { name: 'Destination columns' }).getByText('4 of 4 filled, new table').waitFor()
  await apply({ page, hands })
}

/** What it does is shown before anything is written, whatever it is. */
async function apply({ page, hands }: Pick<Setting, 'page' | 'hands'>) {
  await hands.press(page.getByRole('button', { name: /^Apply( v[\d.]+)?…$/ }))
  const review = page.getByRole('region', { name: 'What Apply will do' })
  await review.getByRole('region', { name: 'rejot-manifest.json' }).waitFor()
  await hands.press(review.getByRole('button', { name: /^Apply( v[\d.]+)?$/ }))
  await review.waitFor({ state: 'detached' })
}

async function rowsArrive(setting: Setting) {
  const { page, hands, shop } = setting
  await hands.press(page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Start sync' }))
  await arrived(setting)
  await shop.query('insert into purchase values (3, 2, 7)')
  await arrived(setting)
  await hands.press(page.getByRole('button', { name: 'Close the inspector' }))
  await page.getByRole('complementary', { name: 'First steps' }).getByText('5 of 6').waitFor()
}

/** Other columns, at each table that is listened to. What that means for whoever reads it is told before it is applied. */
async function change({ page, hands }: Setting, columns: string, told: RegExp) {
  await hands.press(page.getByRole('link', { name: 'Catalogue' }))
  const row = page.getByRole('row', { name: /^customer-totals/ })
  await hands.choose(page.getByRole('grid', { name: 'Public schemas' }), row)
  await hands.press(page.getByRole('button', { name: 'Edit', exact: true }))
  for (const [table, key] of [
    ['customer', ':id'],
    ['purchase', ':customer_id'],
  ] as const) {
    await hands.press(page.getByRole('button', { name: table, exact: true }))
    await hands.write(page.getByRole('textbox', { name: `SQL when ${table} changes` }), sqlOf(columns, key))
  }
  await hands.press(page.getByRole('tab', { name: /^Compatibility/ }))
  await page.getByRole('tabpanel').getByText(told).waitFor()
  await apply({ page, hands })
}

const totals = 'c.id, c.name, count(p.id) as purchases, coalesce(sum(p.amount), 0) as total'
const sqlOf = (columns: string, key: string) => `select ${columns}
from customer c left join purchase p on p.customer_id = c.id
where c.id = ${key}
group by c.id`

/** Until the destination has what the SQL of the first contract returns over all rows. */
async function arrived({ shop, crm }: Setting) {
  const wanted = await shop.query(`${sqlOf(totals, 'c.id')} order by id`)
  await waitFor(() => crm.query('select id, name, purchases, total from customer_totals order by id'), {
    what: 'the rows of the contract at the destination',
    until: (rows) => JSON.stringify(rows) === JSON.stringify(wanted),
    timeoutMs: 30_000,
  })
}
