import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright'
import { accessibilityProblems, watchErrors } from '../../../main/testing/accessibility-problems.ts'
import type { LaunchedWindow } from '../../../main/testing/launch-window.ts'
import { createStage } from '../../../main/testing/stage.ts'
import { writeHarbor } from '../../../main/testing/write-harbor.ts'
import type { TestDatabase } from '../../../sync-core/testing/test-database.ts'

const crmSql = `
create schema sales;
create table sales.contact (id bigint primary key, "full Name" text not null, tags text[]);
comment on column sales.contact.tags is 'As the person chose them';
create table visit (seen_at timestamptz not null, page text)`

const manyTablesSql = `do $$ begin
  for n in 1..5000 loop
    execute format('create table t_%s (id int)', n);
    if n % 500 = 0 then commit; end if;
  end loop;
end $$`

const stage = createStage('catalogue')
const root = join(stage.folder, 'harbor')

let crm: TestDatabase
let launched: LaunchedWindow
let page: Page
let errors: readonly string[]

before(async () => {
  crm = await stage.database({ sql: crmSql })
  // A transaction for each 500, which is what a server has locks for.
  await crm.query(manyTablesSql)
  launched = await stage.launch({
    args: [writeHarbor(root, crm.connection)],
    size: { width: 1440, height: 900 },
    theme: 'light',
  })
  page = launched.page
  errors = watchErrors(page)
})

after(() => stage.clear())

const row = (name: RegExp) => page.getByRole('row', { name })
const count = (text: string) => page.getByRole('status').filter({ hasText: text }).waitFor()

test('public schemas of all manifests are found by words and facets, by keyboard alone', async () => {
  await page.keyboard.press('Control+2')
  await count('22 public schemas')
  await row(/^publish-account deprecated 1\.1 accounts-db Identity team 1 /).waitFor()
  await row(/^publish-account 2\.0 accounts-db Identity team 2 none/).waitFor()

  await page.keyboard.press('/')
  await page.keyboard.type('customer pii')
  await count('2 of 22')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  assert.equal(await row(/^publish-account customer 2\.0/).getAttribute('aria-selected'), 'true')
  await page.getByRole('complementary', { name: 'Public schema publish-account' }).waitFor()

  // Enter goes to the details, right and left between them, Esc up.
  await page.keyboard.press('Enter')
  await page.getByRole('tab', { name: 'Contract', selected: true }).and(page.locator(':focus')).waitFor()
  await page.keyboard.press('ArrowRight')
  await page.getByRole('heading', { name: '3 source tables' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('complementary', { name: 'Public schema publish-account' }).waitFor({ state: 'detached' })

  await page.keyboard.press('/')
  await page.keyboard.type('nothing like it')
  await page.getByRole('heading', { name: 'No public schema matches' }).waitFor()
  await page.keyboard.press('Escape')
  await count('22 public schemas')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('menuitemcheckbox', { name: 'Commerce 6' }).waitFor()
  await page.keyboard.type('Comm')
  // The menu goes there a turn after the last letter.
  await page.getByRole('menuitemcheckbox', { name: 'Commerce 6' }).and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await count('6 of 22')
  await page.getByRole('button', { name: 'Clear', exact: true }).press('Enter')
  await count('22 public schemas')
})

test('lineage, versions and consumers of every major are those of the files', async () => {
  await row(/^publish-account 2\.0/).click()
  await page.getByRole('tab', { name: 'Lineage' }).click()
  const tables = page.getByRole('tabpanel').getByRole('listitem')
  assert.deepEqual(await tables.allInnerTexts(), [
    'account\nListened to',
    'account_sessions\nNot tracked',
    'account_emails\nNot listened to',
  ])
  await page.getByRole('definition').filter({ hasText: 'account_emails.email' }).waitFor()

  await page.getByRole('tab', { name: 'Versions' }).click()
  assert.deepEqual(await page.getByRole('tabpanel').getByRole('listitem').allInnerTexts(), [
    'breaks\nGives "emails" as jsonb instead of text[]',
    'keeps\nNo longer gives NULL as "emails"',
    'keeps\nNo longer gives NULL as "sessions"',
    'keeps\nHas a new column "sessions"',
  ])
  await page.getByRole('tab', { name: 'Consumers' }).click()
  assert.deepEqual(await page.getByRole('tabpanel').getByRole('listitem').allInnerTexts(), [
    'crm-contacts\n@harbor/crm\nStopped',
    'crm-people\n@harbor/crm\nStopped',
    'people-dim\n@harbor/analytics\nStopped',
  ])
})

test('Consume this opens the editor with a draft, and writes nothing by itself', async () => {
  const crm = join(root, 'crm', 'rejot-manifest.json')
  const before = readFileSync(crm, 'utf8')
  await row(/^orders /).click()
  await page.getByRole('button', { name: 'Consume this' }).click()
  await page.getByRole('button', { name: 'consume-orders, not applied' }).waitFor()
  await page.getByRole('heading', { name: 'consume-orders' }).waitFor()
  assert.equal(readFileSync(crm, 'utf8'), before)
  await page.keyboard.press('Control+W')
  await page.keyboard.press('Control+2')
  await row(/^orders 1\.0 orders-db Commerce 2 /).waitFor()
})

for (const theme of ['Light', 'Dark']) {
  test(`every part of the catalogue is accessible (${theme.toLowerCase()})`, async () => {
    await page.keyboard.press('Control+K')
    await page.keyboard.type(`${theme} theme`)
    await page.getByRole('option', { name: `${theme} Theme`, selected: true }).waitFor()
    await page.keyboard.press('Enter')
    await row(/^publish-account deprecated/).click()
    const quick = ['Contract', 'Versions', 'Consumers']
    for (const tab of theme === 'Light' ? [...quick, 'Lineage'] : quick) {
      await page.getByRole('tab', { name: tab }).click()
      const part = tab === 'Contract' ? 'html' : '.inspector'
      assert.deepEqual(await accessibilityProblems(page, part), [], tab)
    }
  })
}

test('tables are read when that is asked for; 5,000 stay quick; what fails stands beside its database', async () => {
  await page.keyboard.press('Control+K')
  await page.keyboard.type('tables of')
  await page.getByRole('option', { name: /^Tables of the Databases/, selected: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'No tables are read yet' }).waitFor()

  const rows = page.getByRole('list', { name: 'Databases' }).getByRole('listitem')
  await page.getByRole('button', { name: 'Read tables accounts-db' }).click()
  await rows.filter({ hasText: 'accounts-db' }).getByRole('alert').waitFor()
  await page.getByRole('button', { name: 'Read tables crm-db' }).click()
  await count('5,002 tables')
  const drawn = await page.getByRole('grid', { name: 'Tables' }).getByRole('row').count()
  assert.ok(drawn < 100, `${drawn} rows are drawn`)

  await page.getByRole('grid', { name: 'Tables' }).focus()
  await page.keyboard.press('End')
  await row(/^sales\.contact 3 /)
    .and(page.locator('[aria-selected="true"]'))
    .waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('visit')
  await row(/^visit 2 .* no key/).click()
  await page.getByText('It has no primary key: updates and deletes would fail').waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('sales cont')
  await count('1 of 5,002')
  await page.keyboard.press('ArrowDown')
  await page.getByRole('cell', { name: /^tags As the person chose them/ }).waitFor()
})

test('a reading that is cancelled leaves what was read before', async () => {
  const locker = await crm.session()
  await locker.query('begin')
  await locker.query('lock table pg_description in access exclusive mode')
  await page.getByRole('button', { name: 'Read again crm-db' }).click()
  await page.getByRole('button', { name: 'Cancel reading crm-db' }).click()
  await page.getByRole('button', { name: 'Read again crm-db' }).waitFor()
  await count('1 of 5,002')
  await locker.close()
})

test('what is proposed for publishing a table is accepted where it says', async () => {
  await row(/^sales\.contact/).click()
  await page.getByRole('tab', { name: 'Publish' }).click()
  await page.getByRole('button', { name: 'Copy the JSON' }).click()
  const path = join(root, 'crm', 'rejot-manifest.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8'))
  manifest.publicSchemas.push(JSON.parse(await launched.app.evaluate(({ clipboard }) => clipboard.readText())))
  writeFileSync(path, JSON.stringify(manifest))
  await row(/^sales\.contact .* publish-contact$/).waitFor()
  assert.equal(await page.getByText(/\d+ errors? in the manifests/).count(), 0)
  assert.deepEqual(await accessibilityProblems(page), [], 'tables')
})

test('nothing was refused by the page’s policy on the way', () => {
  assert.deepEqual(errors, [])
})
