import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright'
import { accessibilityProblems } from '../../../main/testing/accessibility-problems.ts'
import { type LaunchOptions, launchWindow } from '../../../main/testing/launch-window.ts'
import { type PostgresServer, startPostgresServer } from '../../../sync-core/testing/postgres-server.ts'
import { createDatabase, type TestDatabase } from '../../../sync-core/testing/test-database.ts'
import { waitFor } from '../../../sync-core/testing/wait-for.ts'

const folder = mkdtempSync(join(tmpdir(), 'rejot-wizard-'))
chmodSync(folder, 0o755)
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

const password = 'correct-horse-battery'
let server: PostgresServer
let database: TestDatabase
before(async () => {
  server = await startPostgresServer({ settings: { fsync: 'off' } })
  database = await createDatabase(server, {
    slug: 'shop',
    sql: `create role rejot_mouse login password '${password}'; create role rejot_keys login password '${password}';
      create table invoice (id int primary key); grant select on invoice to rejot_mouse, rejot_keys`,
  })
})
after(async () => {
  await database.drop()
  await server.stop('immediate')
})

const running = new Set<number>()
// What a failed test left open would keep the file from ending.
after(() => {
  for (const pid of running) process.kill(pid, 'SIGKILL')
})

/** An empty workspace, open at the list of connections. */
async function openEmpty(name: string, theme: 'light' | 'dark') {
  const place = join(folder, name)
  const workspace = join(place, 'harbor')
  mkdirSync(workspace, { recursive: true })
  const manifest = join(workspace, 'rejot-manifest.json')
  writeFileSync(manifest, `${JSON.stringify({ slug: 'harbor', manifestVersion: 1, connections: [] }, undefined, 2)}\n`)
  const userDataDir = join(place, 'user')
  const start = async (look: Partial<LaunchOptions>) => {
    const window = await launchWindow({ userDataDir, args: [workspace], ...look })
    running.add(window.pid)
    window.app.process().once('exit', () => running.delete(window.pid))
    return window
  }
  const window = await start({ size: { width: 1440, height: 900 }, theme })
  const errors: string[] = []
  window.page.on('pageerror', (error) => errors.push(error.message))
  window.page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  return { ...window, start, place, manifest, workspace, errors }
}

const url = (user: string) => `postgres://${user}:${password}@127.0.0.1:${server.port}/${database.name}`
const step = (page: Page, id: string, state: string) => page.locator(`.step-${state}[data-step="${id}"]`)
const ended = (page: Page) => page.getByRole('button', { name: 'Test again' }).waitFor()

/** Files of the workspace and of the program that say one of these. */
function filesThatSay(place: string, secrets: readonly string[]): readonly string[] {
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const content = readFileSync(file).toString('latin1')
      return secrets.some((secret) => content.includes(secret))
    })
}

test('by mouse: paste, test, cure a step as somebody who may, save, change, remove and take it back', async () => {
  const { page, manifest, workspace, place, quit, errors } = await openEmpty('mouse', 'light')
  await page.getByRole('button', { name: 'Connect: Connect a source' }).waitFor()
  assert.deepEqual(await accessibilityProblems(page), [], 'first steps')
  await page.getByRole('button', { name: 'Hide the first steps' }).click()
  await page.getByRole('button', { name: 'Show the first steps' }).click()
  await page.getByRole('link', { name: 'Connections' }).click()
  await page.getByRole('button', { name: 'Connect a database' }).waitFor()
  assert.deepEqual(await accessibilityProblems(page), [], 'empty list')
  await page.getByRole('button', { name: 'Connect a database' }).click()
  assert.deepEqual(await accessibilityProblems(page), [], 'empty form')

  await page.getByLabel(/^Paste a URL/).fill(url('rejot_mouse'))
  await page.getByText('Connection URL, 5 fields filled in').waitFor()
  await page.getByLabel('Name').fill('shop-db')
  assert.equal(await page.getByLabel('Host').inputValue(), '127.0.0.1')
  assert.equal((await page.getByLabel(/^Paste a URL/).inputValue()).includes(password), false)
  await page.getByRole('button', { name: 'Production' }).click()
  await page.getByRole('button', { name: 'Test', exact: true }).click()
  await ended(page)

  // What it lacks is shown with its SQL, asked about once more because of the label, and the step asked again.
  const lacking = step(page, 'replication', 'failed')
  await lacking.getByRole('button', { name: 'Show SQL' }).click()
  assert.match((await lacking.locator('.sql-text').textContent()) ?? '', /alter role "?rejot_mouse"? .*replication/i)
  await lacking.getByLabel('Administrator').fill('postgres')
  await lacking.getByLabel('Their password').fill(server.password)
  await lacking.getByRole('button', { name: 'Apply' }).click()
  await page.getByRole('alertdialog', { name: 'Write to shop-db?' }).waitFor()
  assert.deepEqual(await accessibilityProblems(page), [], 'production asks')
  await page.getByRole('button', { name: 'Run on production' }).click()
  await step(page, 'replication', 'passed').waitFor()
  const [role] = await database.query(`select rolreplication from pg_roles where rolname = 'rejot_mouse'`)
  assert.equal(role?.rolreplication, true)
  assert.deepEqual(await accessibilityProblems(page), [], 'tested')

  // What would be written is shown before it is.
  const empty = readFileSync(manifest, 'utf8')
  await page.getByRole('button', { name: /^Save( anyway)?…$/ }).click()
  await page.getByRole('region', { name: 'rejot-manifest.json' }).getByText('REJOT_SHOP_DB_PASSWORD').waitFor()
  await page.getByText(/^The password is kept in|^There is no keyring here/).waitFor()
  assert.equal(readFileSync(manifest, 'utf8'), empty)
  assert.deepEqual(await accessibilityProblems(page), [], 'what will be written')
  await page.getByRole('button', { name: 'Write 2 files' }).click()
  await page.getByRole('cell', { name: 'shop-db' }).waitFor()
  const written = JSON.parse(readFileSync(manifest, 'utf8'))
  assert.deepEqual(written.connections, [
    {
      slug: 'shop-db',
      config: {
        connectionType: 'postgres',
        host: '127.0.0.1',
        port: server.port,
        user: 'rejot_mouse',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a manifest names a variable
        password: '${env:REJOT_SHOP_DB_PASSWORD}',
        database: database.name,
      },
    },
  ])
  assert.equal(written.dataStores[0].config.slotName, 'rejot_harbor_shop_db')
  const settings = JSON.parse(readFileSync(join(workspace, 'rejot-desktop.json'), 'utf8'))
  assert.deepEqual(settings, { connections: { 'shop-db': { environment: 'production' } } })

  // What was done is ticked, beside what there is now.
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.keyboard.press('Escape')
  const steps = page.getByRole('complementary', { name: 'First steps' })
  await steps.getByText('1 of 6').waitFor()
  await steps.getByRole('listitem').filter({ hasText: 'Connect a source' }).getByText('shop-db').waitFor()
  assert.deepEqual(await accessibilityProblems(page), [], 'one step done')
  await page.getByRole('link', { name: 'Connections' }).click()
  await page.getByRole('cell', { name: 'shop-db' }).click()

  // The kept password tests it again, is shown to nobody, and does not follow the connection elsewhere.
  await page.getByRole('button', { name: 'Test', exact: true }).click()
  await page.getByRole('heading', { name: 'Change shop-db' }).waitFor()
  await ended(page)
  await step(page, 'authentication', 'passed').waitFor()
  assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), '')
  await page.getByLabel('Port').fill('1')
  await page.getByRole('button', { name: 'Save…' }).click()
  await page.getByText(/typed for another place/).waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()

  // What would go is read first, and Esc leaves everything as it is.
  await page.getByRole('button', { name: 'Remove the connection…' }).click()
  const removal = page.getByRole('dialog', { name: 'Remove shop-db?' })
  await removal.getByRole('region', { name: 'rejot-desktop.json' }).waitFor()
  await removal.getByText(/: what is there stays\.$/).waitFor()
  assert.deepEqual(await accessibilityProblems(page), [], 'what removing would do')
  await page.keyboard.press('Escape')
  await removal.waitFor({ state: 'detached' })
  assert.deepEqual(JSON.parse(readFileSync(manifest, 'utf8')), written)
  await page.getByRole('button', { name: 'Remove the connection…' }).click()
  await removal.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByRole('cell', { name: 'shop-db' }).waitFor({ state: 'detached' })
  await page.getByRole('listitem').filter({ hasText: 'Removed shop-db' }).getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('cell', { name: 'shop-db' }).waitFor()
  assert.deepEqual(JSON.parse(readFileSync(manifest, 'utf8')), written)

  assert.deepEqual(errors, [])
  assert.equal(await quit(), 0)
  assert.deepEqual(filesThatSay(place, [password, server.password]), [])
})

test('by keyboard alone: a draft that fails survives a restart, is corrected and saved', async () => {
  const opened = await openEmpty('keys', 'dark')
  const { keyboard } = opened.page
  await keyboard.press('Control+3')
  await opened.page.getByRole('heading', { name: 'No database is connected here yet' }).waitFor()
  await keyboard.press('Control+Shift+N')
  await opened.page.getByRole('heading', { name: 'Connect a database' }).waitFor()
  // The field for what one has is focused; a name is proposed.
  await keyboard.insertText(`psql "${url('rejot_keys').replace(password, 'wrong-password')}"`)
  await opened.page.getByText('psql line, 5 fields filled in').waitFor()
  await keyboard.press('Control+Shift+T')
  await step(opened.page, 'authentication', 'failed').waitFor()
  await ended(opened.page)
  assert.deepEqual(await accessibilityProblems(opened.page), [], 'failing')
  await keyboard.press('Escape')
  await opened.page.getByText('Test failed').waitFor()
  assert.deepEqual(await accessibilityProblems(opened.page), [], 'list with a draft')
  // What is shown is on disk within a second; killed before, it comes back at the form.
  const kept = join(opened.place, 'user', 'settings.json')
  await waitFor(() => JSON.parse(readFileSync(kept, 'utf8')).layout.draft === null, { what: 'the list on disk' })
  const killed = once(opened.app.process(), 'exit')
  opened.app.process().kill('SIGKILL')
  await killed

  const { page, quit } = await opened.start({})
  const proposed = `${database.name.replaceAll('_', '-')}-db`
  await page.getByRole('button', { name: `Continue ${proposed}` }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Connect a database' }).waitFor()
  // By Tab from the paste field: name, use, host, port, database, user, password.
  for (let tabs = 0; tabs < 7; tabs++) await page.keyboard.press('Tab')
  await page.keyboard.insertText(password)
  await page.keyboard.press('Enter')
  await ended(page)
  await step(page, 'authentication', 'passed').waitFor()
  await page.keyboard.press('Control+S')
  await page.getByRole('button', { name: 'Write 1 file' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { name: 'Test', exact: true }).waitFor()
  await page.keyboard.press('Control+S')
  await page.getByRole('button', { name: 'Write 1 file' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('cell', { name: proposed }).waitFor()
  assert.equal(JSON.parse(readFileSync(opened.manifest, 'utf8')).connections[0].slug, proposed)
  assert.deepEqual(await accessibilityProblems(page), [], 'saved')
  // A saving can be taken back: then it is the draft that it was.
  await page.getByRole('button', { name: 'Undo' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: `Continue ${proposed}` }).waitFor()
  assert.deepEqual(JSON.parse(readFileSync(opened.manifest, 'utf8')).connections, [])
  assert.equal(await quit(), 0)
  assert.deepEqual(filesThatSay(opened.place, [password, 'wrong-password']), [])
})
