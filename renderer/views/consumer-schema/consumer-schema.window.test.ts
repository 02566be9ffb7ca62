import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright'
import { accessibilityProblems, watchErrors } from '../../../main/testing/accessibility-problems.ts'
import type { LaunchedWindow, LaunchOptions } from '../../../main/testing/launch-window.ts'
import { createStage } from '../../../main/testing/stage.ts'
import { accountDestinationTable, accountManifest, accountTables } from '../../../sync-core/testing/account-manifest.ts'
import type { TestDatabase } from '../../../sync-core/testing/test-database.ts'

const stage = createStage('consumer-schema')
const workspace = join(stage.folder, 'workspace')
const manifestPath = join(workspace, 'rejot-manifest.json')

let source: TestDatabase
let destination: TestDatabase
let launched: LaunchedWindow
let page: Page
let errors: readonly string[]

const launch = async (look: Pick<LaunchOptions, 'size' | 'theme'>) => {
  launched = await stage.launch({ args: [workspace], ...look })
  page = launched.page
  errors = watchErrors(page)
}

before(async () => {
  const rows = `insert into account select g, 'Ada', 'L' || g from generate_series(1, 30) g;
    insert into account_emails select g, g, 'a@b' from generate_series(1, 30) g`
  source = await stage.database({ slug: 'accounts', sql: `${accountTables}; ${rows}` })
  // A value that nobody gives it.
  const strict = `${accountDestinationTable}; alter table account_destination add column origin text not null`
  destination = await stage.database({ slug: 'billing', sql: strict })
  mkdirSync(workspace)
  writeFileSync(
    manifestPath,
    `${JSON.stringify(accountManifest(source.connection, destination.connection, []), undefined, 2)}\n`,
  )
  const production = { connections: { 'billing-db': { environment: 'production' } } }
  writeFileSync(join(workspace, 'rejot-desktop.json'), JSON.stringify(production))
  await launch({ size: { width: 1440, height: 900 }, theme: 'light' })
})

after(() => stage.clear())

const tab = (name: string | RegExp) =>
  page.getByRole('navigation', { name: 'Open screens' }).getByRole('button', { name })
const columns = () => page.getByRole('region', { name: 'Destination columns' })
const result = () => page.getByRole('region', { name: 'Result of the dry run' })
const sql = () => page.getByRole('textbox', { name: 'SQL for a row that is there' })
const sqlText = async () => {
  const lines = page.locator('.cs-sql .view-line')
  // Until the editor is loaded the text only stands there to be read.
  await lines.first().waitFor()
  return (await lines.allTextContents()).join('\n').replaceAll('\u00a0', ' ')
}

test('by mouse: what is generated for a new table is tried at a production database, and nothing of it stays', async () => {
  const before = readFileSync(manifestPath, 'utf8')
  await page.getByRole('button', { name: 'Start sync' }).first().click()
  await page.getByRole('link', { name: 'Catalogue' }).click()
  await page.getByRole('row', { name: /^publish-account/ }).click()
  await page.getByRole('button', { name: 'Consume this' }).click()

  await tab('consume-account, not applied').waitFor()
  await columns().getByText('4 of 4 filled, new table').waitFor()
  assert.match(await sqlText(), /^insert into account \(id, emails, "firstName", "lastName"\)\nvalues \(:id,/)
  assert.deepEqual(await accessibilityProblems(page), [])

  await page.getByRole('button', { name: /^Dry run/ }).click()
  await page.getByRole('alertdialog', { name: 'Try it at billing-db?' }).waitFor()
  assert.deepEqual(await accessibilityProblems(page), [], 'production asks')
  await page.getByRole('button', { name: 'Try it on production' }).click()
  await result().getByText('Run twice, it leaves the same rows.').waitFor()
  assert.equal(
    await result()
      .getByRole('row', { name: /^\+ new/ })
      .count(),
    30,
  )
  assert.deepEqual(await accessibilityProblems(page), [], 'rows')
  assert.deepEqual(await destination.query(`select to_regclass('account') as made`), [{ made: null }])
  assert.equal(readFileSync(manifestPath, 'utf8'), before)
})

test('a position to begin at: by time or event, with what lies behind it, errors at the field, rows in the review', async () => {
  const settings = page.getByRole('region', { name: 'Settings' })
  const says = (text: string | RegExp) => settings.getByText(text).waitFor()
  await settings.getByRole('button', { name: 'From a position' }).click()
  await says('30 events since then, 30 rows.')
  await settings.getByLabel(/^Since, in UTC/).fill('2099-01-01T00:00:00')
  await says(/^That time has not come yet/)
  await settings.getByLabel(/^Since, in UTC/).fill('')
  await says(/^It does not say since when it begins/)

  await settings.getByRole('button', { name: 'An event' }).click()
  await says(/^It does not say after which event it begins/)
  await settings.getByLabel('After event').fill('31')
  await says(/^The last event of its source is 30/)
  assert.deepEqual(await accessibilityProblems(page), [], 'an event that is not there')
  await settings.getByLabel('After event').fill('30')
  await source.query(`delete from account where id = 1; update account set last_name = 'changed' where id in (2, 3)`)
  await says('3 events since then, 3 rows, 1 of them deleted.')

  await page.getByRole('button', { name: 'Preview diff' }).click()
  await page.getByText(/beginning with 3 rows changed after event 30, 1 of them deleted\.$/).waitFor()
  const file = page.getByRole('region', { name: 'rejot-desktop.json' })
  await file
    .getByText(/"after":\s30/)
    .first()
    .waitFor()
  assert.deepEqual(await accessibilityProblems(page), [], 'what Apply would begin with')
  await page.keyboard.press('Escape')
  await settings.waitFor()
})

test('an event leads to a consumer of what comes after it', async () => {
  await page.getByRole('link', { name: 'Events', exact: true }).click()
  await page
    .getByRole('row', { name: /delete/ })
    .first()
    .click()
  const event = page.getByRole('complementary', { name: 'Event' })
  await event.getByRole('button', { name: 'Copy position' }).click()
  await event.getByRole('button', { name: 'Consume what comes after…' }).click()
  await page.getByText(/^[0-2] events? since then/).waitFor()
  assert.match(await page.getByLabel('After event').inputValue(), /^3[1-3]$/)
  await page.getByRole('button', { name: 'Discard' }).click()
  await tab('consume-account, not applied').click()
})

test('a table that is there: chosen by its name, its SQL replaces what is written once that was seen', async () => {
  await page.getByRole('combobox', { name: 'Destination table' }).fill('destin')
  await page.getByRole('option', { name: /^account_destination/ }).click()
  await page.getByRole('button', { name: 'Generate' }).click()
  const dialog = page.getByRole('dialog', { name: /^Replace what you wrote/ })
  await dialog.getByText('Upsert').waitFor()
  assert.deepEqual(await accessibilityProblems(page), [], 'both beside one another')
  await dialog.getByRole('button', { name: 'Replace' }).click()
  await columns()
    .getByRole('row', { name: /^wrong origin text not null not written$/ })
    .waitFor()
  await columns()
    .getByRole('row', { name: /NOT NULL without a default, and gets no value$/ })
    .last()
    .waitFor()
  await columns()
    .getByRole('row', { name: /^not written hits integer not null its default$/ })
    .waitFor()
  await page.getByRole('tab', { name: /^Problems/ }).click()
  await page.getByRole('button', { name: /^error Upsert Column origin/ }).waitFor()
  await page.getByRole('button', { name: /^note Upsert .*no column for firstName, lastName/ }).waitFor()
  assert.deepEqual(await accessibilityProblems(page), [], 'problems')

  // What every row lacks is said once, and of which rows on opening.
  await sql().focus()
  await page.keyboard.press('Control+Enter')
  await page.getByRole('button', { name: 'Try it on production' }).click()
  await page.getByText(/^\d+ of 33 events refused$/).waitFor()
  assert.equal(
    await result()
      .getByText(/^Null value in column/)
      .count(),
    1,
  )
  await result()
    .getByRole('button', { name: /^\d+ events$/ })
    .first()
    .click()
  await result().getByText('insert [30]', { exact: true }).waitFor()
  assert.deepEqual(await accessibilityProblems(page), [], 'refusals')
  await page.getByRole('tab', { name: /^Problems/ }).click()

  // A placeholder that the contract does not have is marked where it stands.
  await sql().focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(', hits = :nobody')
  await page.getByRole('button', { name: /^error Upsert :nobody is no column of the public schema/ }).waitFor()
  await page.keyboard.press('Control+Enter')
  await page.getByRole('button', { name: 'Try it on production' }).click()
  await result()
    .getByText(/^:nobody is no column/)
    .waitFor()
  assert.deepEqual(await accessibilityProblems(page), [], 'refused')
  // The key does the same wherever in the editor the focus is.
  await page.getByRole('tab', { name: /^Problems/ }).click()
  await page.keyboard.press('Control+Enter')
  await page.getByRole('button', { name: 'Try it on production' }).click()
  await page.getByText('The SQL could not be run', { exact: true }).waitFor()
})

test('tabs of drafts come back after SIGKILL, close and open again by keyboard; a new one that nobody wrote into goes', async () => {
  const written = await sqlText()
  const kept = () => page.getByRole('treeitem', { name: /^consume-account draft$/ })
  await kept().waitFor()
  assert.deepEqual(errors, [])
  await page.getByText(/^Draft saved/).waitFor()
  const { pid } = launched
  const exited = once(launched.app.process(), 'exit')
  process.kill(pid, 'SIGKILL')
  await exited

  await launch({})
  await tab('consume-account, not applied').and(page.locator('[aria-current="true"]')).waitFor()
  assert.equal(await sqlText(), written)
  await columns().getByText('NOT NULL without a default').first().waitFor()
  assert.equal(await page.getByLabel('After event').inputValue(), '30')
  await page.keyboard.press('Control+K')
  await page.keyboard.type('dark theme')
  await page.getByRole('option', { name: 'Dark Theme', selected: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  assert.deepEqual(await accessibilityProblems(page), [], 'dark')

  await page.keyboard.press('Control+Shift+C')
  await tab('New consumer schema, not applied').waitFor()
  assert.deepEqual(await accessibilityProblems(page), [], 'nothing chosen')
  await page.keyboard.press('Control+Shift+Tab')
  await tab('consume-account, not applied').and(page.locator('[aria-current="true"]')).waitFor()
  await page.keyboard.press('Control+Tab')
  await tab('New consumer schema, not applied').and(page.locator('[aria-current="true"]')).waitFor()
  await page.keyboard.press('Control+W')
  await tab('New consumer schema, not applied').waitFor({ state: 'detached' })
  await tab('consume-account, not applied').click({ button: 'middle' })
  await tab('consume-account, not applied').waitFor({ state: 'detached' })

  await page.keyboard.press('Control+1')
  await kept().focus()
  assert.equal(await page.getByRole('treeitem', { name: /^New consumer schema/ }).count(), 0)
  await page.keyboard.press('Enter')
  await tab('consume-account, not applied').and(page.locator('[aria-current="true"]')).waitFor()
  await page.keyboard.press('Control+W')
  await page.keyboard.press('Control+K')
  await page.keyboard.type('consume-account draft')
  await page.getByRole('option', { name: /^consume-account \(draft\)/, selected: true }).waitFor()
  await page.keyboard.press('Enter')
  await tab('consume-account, not applied').waitFor()
  assert.deepEqual(errors, [])
})
