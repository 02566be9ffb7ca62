import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright'
import { accessibilityProblems, watchErrors } from '../../../main/testing/accessibility-problems.ts'
import { type LaunchedWindow, launchWindow } from '../../../main/testing/launch-window.ts'
import { writeHarbor } from '../../../main/testing/write-harbor.ts'

const folder = mkdtempSync(join(tmpdir(), 'rejot-catalogue-'))
chmodSync(folder, 0o755)
const root = join(folder, 'harbor')

let launched: LaunchedWindow
let page: Page
let errors: readonly string[]

before(async () => {
  launched = await launchWindow({
    userDataDir: join(folder, 'user'),
    args: [writeHarbor(root)],
    size: { width: 1440, height: 900 },
    theme: 'light',
  })
  page = launched.page
  page.setDefaultTimeout(15_000)
  errors = watchErrors(page)
})

after(async () => {
  const code = await launched.quit()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  assert.equal(code, 0)
})

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
  await page.getByRole('heading', { name: 'No public schema is like that' }).waitFor()
  await page.keyboard.press('Escape')
  await count('22 public schemas')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('menuitemcheckbox', { name: 'Commerce 6' }).waitFor()
  await page.keyboard.type('Comm')
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

test('what Consume this proposes is accepted where it says, and writes nothing by itself', async () => {
  const crm = join(root, 'crm', 'rejot-manifest.json')
  const before = readFileSync(crm, 'utf8')
  await row(/^orders /).click()
  await page.getByRole('button', { name: 'Consume this' }).click()
  await page.getByRole('button', { name: 'Copy the JSON' }).click()
  const copied = await launched.app.evaluate(({ clipboard }) => clipboard.readText())
  assert.equal(readFileSync(crm, 'utf8'), before)
  const manifest = JSON.parse(before)
  manifest.consumerSchemas.push(JSON.parse(copied))
  writeFileSync(crm, JSON.stringify(manifest))
  await row(/^orders 1\.0 orders-db Commerce 3 /).waitFor()
  await page.getByRole('button', { name: 'consume-orders' }).waitFor()
  assert.equal(await page.getByText(/\d+ errors? in the manifests/).count(), 0)
})

for (const theme of ['Light', 'Dark']) {
  test(`every part of the catalogue is accessible (${theme.toLowerCase()})`, async () => {
    await page.keyboard.press('Control+K')
    await page.keyboard.type(`${theme} theme`)
    await page.getByRole('option', { name: `${theme} Theme`, selected: true }).waitFor()
    await page.keyboard.press('Enter')
    await row(/^publish-account deprecated/).click()
    for (const tab of ['Contract', 'Lineage', 'Versions', 'Consumers', 'Rows']) {
      await page.getByRole('tab', { name: tab }).click()
      const part = tab === 'Contract' ? 'html' : '.inspector'
      assert.deepEqual(await accessibilityProblems(page, part), [], tab)
    }
  })
}

test('nothing was refused by the page’s policy on the way', () => {
  assert.deepEqual(errors, [])
})
