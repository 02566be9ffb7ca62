import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright'
import { accessibilityProblems, watchErrors } from '../../../main/testing/accessibility-problems.ts'
import { type LaunchedWindow, launchWindow } from '../../../main/testing/launch-window.ts'
import { createStage } from '../../../main/testing/stage.ts'
import { accountManifest, accountTables } from '../../../sync-core/testing/account-manifest.ts'
import type { TestDatabase } from '../../../sync-core/testing/test-database.ts'
import { waitFor } from '../../../sync-core/testing/wait-for.ts'

const stage = createStage('schema-draft')
const workspace = join(stage.folder, 'workspace')
const user = stage.userDataDir
const manifestPath = join(workspace, 'rejot-manifest.json')
const definition = join(workspace, 'schemas', 'copy-accounts.sql')

let destination: TestDatabase
let launched: LaunchedWindow
let page: Page
let errors: readonly string[]

const insert = (table: string) =>
  `insert into ${table} (id, name) values (:id, :"firstName") on conflict (id) do update set name = excluded.name`
const draft = {
  id: 'd1',
  kind: 'consumer',
  workspace: manifestPath,
  savedAt: 1,
  form: {
    name: 'copy-accounts',
    manifest: '@test/accounts',
    source: { manifest: '@test/accounts', name: 'publish-account', major: 1 },
    connection: 'billing-db',
    sql: insert('account_copy'),
    deleteSql: 'delete from account_copy where id = :id',
    table: { name: 'account_copy' },
    start: 'everything',
    policy: 'halt',
    createTable: 'create table account_copy (id int primary key, name text not null)',
  },
}

const launch = async (size: { width: number; height: number }) => {
  launched = await stage.launch({ args: [workspace], size })
  page = launched.page
  // The machine that tests run on may be busy.
  page.setDefaultTimeout(90_000)
  errors = watchErrors(page)
}

before(async () => {
  const source = await stage.database({
    slug: 'accounts',
    sql: `${accountTables}; insert into account select g, 'Ada', 'L' || g from generate_series(1, 30) g`,
  })
  destination = await stage.database({ slug: 'billing', sql: '' })
  mkdirSync(workspace)
  mkdirSync(user)
  writeFileSync(
    manifestPath,
    `${JSON.stringify(accountManifest(source.connection, destination.connection, []), undefined, 2)}\n`,
  )
  const production = { connections: { 'billing-db': { environment: 'production' } } }
  writeFileSync(join(workspace, 'rejot-desktop.json'), `${JSON.stringify(production, undefined, 2)}\n`)
  writeFileSync(join(user, 'schema-drafts.json'), JSON.stringify([draft]))
  const layout = { tabs: ['overview', 'consumer:d1'], view: 'consumer:d1' }
  writeFileSync(join(user, 'settings.json'), JSON.stringify({ theme: 'light', timeZone: 'local', layout }))
  await launch({ width: 1440, height: 900 })
})

after(() => stage.clear())

const review = () => page.getByRole('region', { name: 'What Apply will do' })
const tab = () => page.getByRole('navigation', { name: 'Open screens' }).getByRole('button', { name: /^copy-accounts/ })
const copied = async () => (await destination.query('select count(*)::int as n from account_copy'))[0]?.n
/** Waits until the database has been asked. */
const look = async () => {
  await page.getByRole('button', { name: /^Apply/ }).click()
  await review()
    .getByRole('button', { name: /^Apply/ })
    .and(page.locator(':enabled'))
    .waitFor()
}
const resize = (width: number, height: number) =>
  launched.app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setBounds(size), {
    width,
    height,
  })
const shot = async (name: string) => {
  if (process.env.SHOTS !== undefined) await page.screenshot({ path: join(process.env.SHOTS, `${name}.png`) })
}

test('what Apply will do is said, then it is done and what runs takes it; the files can be put back', async () => {
  const before = readFileSync(manifestPath, 'utf8')
  await page.getByRole('button', { name: 'Start sync' }).first().click()
  await page.getByText('Engine running').waitFor()
  await look()
  await review().getByText('Makes a table at billing-db.').waitFor()
  await review()
    .getByText(/copy-accounts writes .*publish-account@1 into billing-db/)
    .waitFor()
  await review().getByRole('heading', { name: 'schemas/copy-accounts.sql' }).waitFor()
  await shot('review-light')
  assert.deepEqual(await accessibilityProblems(page), [], 'the review')
  // Where there is no room for two columns both sides stand in one, and keep their names.
  await resize(960, 700)
  await page.locator('.monaco-diff-editor:not(.side-by-side)').first().waitFor()
  assert.deepEqual(await accessibilityProblems(page), [], 'the review of a narrow window')
  await resize(1440, 900)
  await page.keyboard.press('Escape')
  await review().waitFor({ state: 'detached' })
  assert.equal(readFileSync(manifestPath, 'utf8'), before)

  await look()
  await page.keyboard.press('Enter')
  await page.getByRole('alertdialog').waitFor()
  await shot('production')
  assert.deepEqual(await accessibilityProblems(page), [], 'production')
  await page.getByRole('button', { name: 'Apply to production' }).click()
  await page.getByText('Applied copy-accounts').waitFor()
  await waitFor(copied, { what: 'the rows in the new table', until: (n) => n === 30, timeoutMs: 60_000 })
  await tab().waitFor({ state: 'detached' })
  assert.equal(existsSync(definition), true)

  await page.getByRole('button', { name: 'Undo' }).click()
  await tab().waitFor()
  // What a database was given is not taken back, and that is said.
  await page.getByText('Taken back; the table "account_copy" stays at billing-db').waitFor()
  assert.equal(readFileSync(manifestPath, 'utf8'), before)
  assert.equal(existsSync(definition), false)
})

test('what is applied and cannot run says why in its place, and is taken back from there', async () => {
  await destination.query('alter table account_copy rename to account_elsewhere')
  const before = readFileSync(manifestPath, 'utf8')
  await look()
  await review()
    .getByRole('button', { name: /^Apply/ })
    .click()
  await page.getByRole('button', { name: 'Apply to production' }).click()
  await review().getByText('It is in the files, and not live.').waitFor()
  await review()
    .getByText(/relation "account_copy" does not exist/)
    .first()
    .waitFor()
  await shot('not-live')
  assert.deepEqual(await accessibilityProblems(page), [], 'not live')
  await review().getByRole('button', { name: 'Take it back' }).click()
  await review().waitFor({ state: 'detached' })
  await tab().waitFor()
  assert.equal(readFileSync(manifestPath, 'utf8'), before)
  await destination.query('alter table account_elsewhere rename to account_copy')
})

test('a file that another editor changes is compared, reloaded and applied; the draft outlives a kill', async () => {
  await look()
  await review()
    .getByRole('button', { name: /^Apply/ })
    .click()
  await page.getByRole('button', { name: 'Apply to production' }).click()
  // Said once what runs has taken it.
  await page.getByText('Applied copy-accounts').waitFor()
  writeFileSync(definition, readFileSync(definition, 'utf8').replace('excluded.name', 'upper(excluded.name)'))
  await page.getByText('The file of copy-accounts was changed').waitFor()
  await page.getByRole('button', { name: 'Look at it' }).click()
  await page.getByText('Its files were changed outside').waitFor()
  await shot('outside')
  assert.deepEqual(await accessibilityProblems(page), [], 'the bar')
  await page.getByRole('button', { name: 'Compare' }).click()
  await page.getByRole('region', { name: 'What it was, and what its files say now' }).waitFor()
  await shot('compare')
  assert.deepEqual(await accessibilityProblems(page), [], 'compared')
  await page.keyboard.press('Escape')
  const kept = () =>
    readFileSync(join(user, 'schema-drafts.json'), 'utf8').includes('"schema": "@test/accounts/copy-accounts"')
  await waitFor(kept, { what: 'the draft on disk' })

  launched.app.process().kill('SIGKILL')
  await once(launched.app.process(), 'exit').catch(() => undefined)
  await launch({ width: 1024, height: 700 })
  await page.evaluate(() => window.rejot.invoke('settings.write', { theme: 'dark' }))
  await page.getByText('Its files were changed outside').waitFor()
  await shot('outside-dark')
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Remove this consumer…' }).click()
  await page.getByText(/copy-accounts is not there any more: nothing is written for it/).waitFor()
  await shot('removal-dark')
  assert.deepEqual(await accessibilityProblems(page), [], 'the removal')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Reload' }).click()
  await page.getByText('Its files were changed outside').waitFor({ state: 'detached' })
  assert.match(readFileSync(manifestPath, 'utf8'), /set name = excluded\.name/)
  await look()
  await shot('reloaded-dark')
  assert.deepEqual(await accessibilityProblems(page), [], 'the review in the dark')
  await review()
    .getByRole('button', { name: /^Apply/ })
    .click()
  await page.getByRole('button', { name: 'Apply to production' }).click()
  await tab().waitFor({ state: 'detached' })
  assert.match(readFileSync(manifestPath, 'utf8'), /set name = upper\(excluded\.name\)/)
  assert.deepEqual(errors, [])
})

test('two windows on one workspace: neither overwrites the other, and nobody loses what is being written', async () => {
  const other = await launchWindow({ userDataDir: join(stage.folder, 'other'), args: [workspace] })
  const id = '@test/accounts/copy-accounts'
  const ask = async (where: Page, verb: string, input: unknown) =>
    where.evaluate(([name, given]) => Reflect.get(globalThis, 'rejot').invoke(name, given), [verb, input] as const)
  const begin = async (where: Page, words: string, schema?: string) => {
    const { form: base } = (await ask(where, 'schema.form', { id })).value
    const form = { ...base, sql: `${base.sql}\n-- ${words}`, ...(schema === undefined ? { name: words } : {}) }
    const draft = { id: words, kind: 'consumer', form, ...(schema === undefined ? {} : { schema, base }) }
    assert.equal((await ask(where, 'schema.saveDraft', { workspace: manifestPath, draft })).ok, true)
  }
  const review = async (where: Page, draft: string) => (await ask(where, 'schema.review', { draft })).value
  const draftsOf = async (where: Page) => (await ask(where, 'app.state', undefined)).value.schemaDrafts
  await begin(page, 'mine', id)
  await begin(other.page, 'theirs', id)
  await begin(other.page, 'unfinished')
  const seen = await review(page, 'mine')
  const { mark } = await review(other.page, 'theirs')
  assert.equal((await ask(other.page, 'schema.apply', { draft: 'theirs', reviewed: mark, confirmed: true })).ok, true)

  const late = await ask(page, 'schema.apply', { draft: 'mine', reviewed: seen.mark, confirmed: true })
  assert.match(late.failure.message, /changed/)
  assert.match(readFileSync(manifestPath, 'utf8'), /-- theirs/)
  assert.doesNotMatch(readFileSync(manifestPath, 'utf8'), /-- mine/)
  await page.getByRole('treeitem', { name: /^copy-accounts/ }).click()
  await page.keyboard.press('Control+E')
  await page.getByText('Its files were changed outside').waitFor()
  await page.getByRole('button', { name: 'Keep mine' }).click()
  await look()
  await page
    .getByRole('region', { name: 'What Apply will do' })
    .getByRole('button', { name: /^Apply/ })
    .click()
  await page.getByRole('button', { name: 'Apply to production' }).click()
  await tab().waitFor({ state: 'detached' })
  assert.match(readFileSync(manifestPath, 'utf8'), /-- mine/)
  assert.doesNotMatch(readFileSync(manifestPath, 'utf8'), /-- theirs/)

  const shown = async () => (await ask(other.page, 'schema.form', { id })).value.form.sql
  await waitFor(shown, { what: 'mine in the other window', until: (sql) => sql.endsWith('-- mine') })
  assert.deepEqual(
    (await draftsOf(other.page)).map((one: { id: string }) => one.id),
    ['unfinished'],
  )
  assert.equal(await other.quit(), 0)
  assert.deepEqual(errors, [])
})
