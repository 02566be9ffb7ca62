import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { ElectronApplication, Page } from 'playwright'
import { accessibilityProblems } from '../../../main/testing/accessibility-problems.ts'
import { git, gitEnv } from '../../../main/testing/git.ts'
import { type LaunchOptions, launchWindow } from '../../../main/testing/launch-window.ts'
import { waitFor } from '../../../sync-core/testing/wait-for.ts'

const folder = mkdtempSync(join(tmpdir(), 'rejot-changes-'))
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

const ours = join(folder, 'ours')
const theirs = join(folder, 'theirs')

/** The contract with these columns, as somebody's editor writes it. */
function write(
  root: string,
  minor: number,
  columns: readonly string[],
  { slug, schema } = { slug: 'crm', schema: 'people' },
): void {
  const properties = Object.fromEntries(columns.map((name) => [name, { type: 'string', 'x-postgres-type': 'text' }]))
  const manifest = {
    slug,
    manifestVersion: 1,
    connections: [
      { slug: 'crm', config: { connectionType: 'postgres', host: 'localhost', port: 1, user: 'u', database: 'crm' } },
    ],
    dataStores: [
      { connectionSlug: 'crm', config: { connectionType: 'postgres', slotName: 's', publicationName: 'p' } },
    ],
    publicSchemas: [
      {
        name: schema,
        version: { major: 1, minor },
        source: { dataStoreSlug: 'crm' },
        outputSchema: { type: 'object', properties, required: [...columns], 'x-rejot': { key: ['id'] } },
        config: {
          publicSchemaType: 'postgres',
          transformations: [
            { operation: 'insert', table: 'people', sql: `select ${columns.join(', ')} from people where id = :id` },
          ],
        },
      },
    ],
    consumerSchemas: [],
  }
  mkdirSync(root, { recursive: true })
  writeFileSync(join(root, 'rejot-manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
}

/** In both themes, one after the other. */
async function problemsInBothThemes(page: Page): Promise<readonly string[]> {
  const found: string[] = []
  for (const theme of ['dark', 'light']) {
    await page.evaluate((name) => {
      document.documentElement.dataset.theme = name
      // The way from one colour to the other begins with a frame.
      return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    }, theme)
    found.push(...(await accessibilityProblems(page)).map((problem) => `${theme}: ${problem}`))
  }
  return found
}

/** A window that does not outlive a test that fails. */
async function open(options: LaunchOptions) {
  const window = await launchWindow(options)
  after(() => window.app.close().catch(() => undefined))
  return window
}

/** Its server is nowhere: so much is said, and what is known without it. */
async function seesWhatStartingChanges(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'See what it changes' }).click()
  const review = page.getByRole('dialog', { name: 'What starting would change' })
  await review.getByText('crm/crm').waitFor()
  await review.getByText('It copies all its rows.').waitFor()
  await review.getByRole('button', { name: 'Start sync' }).waitFor()
  assert.deepEqual(await problemsInBothThemes(page), [], 'plan')
  await review.getByRole('button', { name: 'Cancel' }).click()
}

/** A repository of another team: added by its address, shown beside one's own, out of reach, and taken away again. */
async function looksAtAnotherTeam(page: Page): Promise<void> {
  const sales = join(folder, 'sales')
  write(sales, 0, ['id'], { slug: 'sales', schema: 'deals' })
  git(sales, 'init', '--quiet')
  git(sales, 'add', '.')
  git(sales, 'commit', '--quiet', '--message', 'Publish deals')
  await page.getByRole('link', { name: 'Catalogue' }).click()
  await page.getByRole('button', { name: 'Repositories of Other Teams' }).click()
  const dialog = page.getByRole('dialog', { name: 'Repositories of other teams' })
  await dialog.getByRole('textbox', { name: 'Address' }).fill('https://ada:s3cret@git.test/sales')
  await dialog.getByRole('button', { name: 'Add and fetch' }).click()
  await dialog.getByText('it holds a password').waitFor()
  await dialog.getByRole('textbox', { name: 'Address' }).fill(sales)
  await dialog.getByRole('button', { name: 'Add and fetch' }).click()
  await dialog.getByText('1 manifest, 1 public schema, 0 consumers; fetched').waitFor()
  assert.deepEqual(JSON.parse(readFileSync(join(ours, 'rejot-desktop.json'), 'utf8')).repositories, [{ url: sales }])
  rmSync(sales, { recursive: true })
  await dialog.getByRole('button', { name: /^Fetch / }).click()
  await dialog.getByText(/^Cannot fetch the repository/).waitFor()
  await dialog.getByText('and not since').waitFor()
  assert.deepEqual(await problemsInBothThemes(page), [], 'other teams')
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('row', { name: /deals/ }).click()
  await page.getByText(/^Of another team, from/).waitFor()
  assert.deepEqual(await problemsInBothThemes(page), [], 'schema of another team')
  await page.getByRole('button', { name: 'Repositories of Other Teams' }).click()
  await dialog.getByRole('button', { name: /^Remove / }).click()
  await dialog.getByRole('list', { name: 'Repositories' }).waitFor({ state: 'detached' })
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('row', { name: /deals/ }).waitFor({ state: 'detached' })
}

/** To a folder that holds an older export, after looking at it; then the manifest to the clipboard. */
async function exportsContracts(app: ElectronApplication, page: Page): Promise<void> {
  const target = join(folder, 'exported')
  write(target, 7, ['id'])
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] })
  }, target)
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: 'Export the Contracts to a Folder' }).click()
  const review = page.getByRole('dialog', { name: 'Export the contracts' })
  await review.getByText('replaces what is there').waitFor()
  assert.deepEqual(await problemsInBothThemes(page), [], 'export')
  await review.getByRole('button', { name: 'Export 1 file, replacing 1' }).click()
  await page.getByText(/^Exported 1 file to/).waitFor()
  const exported = readFileSync(join(target, 'rejot-manifest.json'), 'utf8')
  assert.equal(exported, readFileSync(join(ours, 'rejot-manifest.json'), 'utf8'))
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: 'Copy the Manifest without Passwords' }).click()
  await page.getByText('Copied the manifest, its passwords left out').waitFor()
  assert.equal(await app.evaluate(({ clipboard }) => clipboard.readText()), exported)
  // On its way out its contrast is that of nothing.
  await page.getByText('Copied the manifest, its passwords left out').waitFor({ state: 'detached' })
}

/** A program that says in its schema what it sees of the environment, and leaves a trace of having been run. */
const program = `import { writeFileSync } from 'node:fs'
import { createPublicSchema } from '@rejot-dev/contract/public-schema'
import { z } from 'zod'
writeFileSync(new URL('ran.txt', import.meta.url), 'x')
const seen = JSON.stringify(process.env)
const change = (operation) => ({ operation, table: 'calls', sql: 'select id from calls where id = :id' })
export default createPublicSchema('calls', {
  source: { dataStoreSlug: 'crm' },
  outputSchema: z.object({ id: z.string().describe(seen) }),
  config: { publicSchemaType: 'postgres', transformations: [change('insert'), change('update')] },
  version: { major: 1, minor: 0 },
})
`
/** Looks like a definition, and never ends. */
const hanging = `import { createPublicSchema } from '@rejot-dev/contract/public-schema'
while (true) {}
createPublicSchema ('never')
`

/** Programs are named and not run; run after a yes, in a process that is ended when told to, and without our environment. */
async function collectsDefinitions(app: ElectronApplication, page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Changes' }).click()
  await page.getByRole('button', { name: 'Collect Definition Files' }).click()
  const dialog = page.getByRole('dialog', { name: 'Collect definition files' })
  await dialog.getByText('schemas/hangs.ts').waitFor()
  assert.equal(existsSync(join(ours, 'schemas', 'ran.txt')), false)
  assert.deepEqual(await problemsInBothThemes(page), [], 'collect asks')
  await dialog.getByRole('button', { name: 'Run 2 programs' }).click()
  await waitFor(() => existsSync(join(ours, 'schemas', 'ran.txt')), { what: 'the trace of the first program' })
  await dialog.getByRole('button', { name: 'Cancel the run' }).click()
  await dialog.getByText('Cannot run it: It was cancelled').waitFor()
  const left = await app.evaluate(({ app }) =>
    app.getAppMetrics().filter(({ name }) => name === 'ReJot definition file'),
  )
  assert.deepEqual(left, [])
  assert.deepEqual(await problemsInBothThemes(page), [], 'collect fails')
  rmSync(join(ours, 'schemas', 'hangs.ts'))
  await dialog.getByRole('button', { name: 'Look again' }).click()
  await dialog.getByRole('button', { name: 'Run 1 program' }).click()
  await dialog.getByText('Public schema "calls" 1.0 is new, from schemas/calls.ts.').waitFor()
  assert.deepEqual(await problemsInBothThemes(page), [], 'collect shows')
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await page.getByText('Collected into 1 manifest').waitFor()
  const manifest = readFileSync(join(ours, 'rejot-manifest.json'), 'utf8')
  assert.match(manifest, /TZ.{1,8}UTC/)
  assert.doesNotMatch(manifest, /s3cret-of-env|PATH/)
}

test('a contract is changed in another editor, read as meaning and as text, committed, pushed, and merged', async () => {
  write(ours, 0, ['id', 'name'])
  mkdirSync(join(ours, 'schemas'))
  writeFileSync(join(ours, 'schemas', 'calls.ts'), program)
  writeFileSync(join(ours, 'schemas', 'hangs.ts'), hanging)
  git(folder, 'init', '--quiet', '--bare', '--initial-branch', 'main', 'remote.git')
  const { app, page, quit } = await open({
    userDataDir: join(folder, 'data'),
    args: [ours],
    env: { ...gitEnv, REJOT_CRM_PASSWORD: 's3cret-of-env' },
    size: { width: 1024, height: 700 },
    theme: 'light',
  })
  await page.getByRole('link', { name: 'Changes' }).click()
  await page.getByRole('button', { name: 'Make it a repository' }).click()
  const message = page.getByRole('textbox', { name: 'Commit message' })
  await message.fill('Publish people')
  await page.getByRole('button', { name: /^Commit 1 file/ }).click()
  await page.getByText('Nothing differs from the last commit').waitFor()
  assert.deepEqual(await problemsInBothThemes(page), [], 'nothing changed')

  await exportsContracts(app, page)
  await seesWhatStartingChanges(page)
  const branch = git(ours, 'branch', '--show-current').trim()
  git(ours, 'remote', 'add', 'origin', join(folder, 'remote.git'))
  git(ours, 'push', '--quiet', '--set-upstream', 'origin', `${branch}:main`)
  git(folder, 'clone', '--quiet', 'remote.git', 'theirs')
  write(theirs, 1, ['id', 'name', 'phone'])
  git(theirs, 'commit', '--quiet', '--all', '--message', 'Add the phone')
  git(theirs, 'push', '--quiet')
  git(ours, 'config', 'push.default', 'upstream')

  write(ours, 1, ['id', 'name', 'mail'])
  await page.getByText('It has a new column "mail".').waitFor()
  await page.getByText('1.0 → 1.1').waitFor()
  assert.deepEqual(await problemsInBothThemes(page), [], 'meaning')
  await page.getByRole('button', { name: /^rejot-manifest.json.*changed/ }).click()
  await page.locator('.monaco-diff-editor .line-insert').first().waitFor()
  assert.deepEqual(await problemsInBothThemes(page), [], 'text')
  // Beside one another, and below again: Monaco names its fields for the first of these only.
  for (const [width, shown] of [
    [1440, '.side-by-side'],
    [1024, ':not(.side-by-side)'],
  ] as const) {
    await app.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.setSize(to, 700), width)
    await page.locator(`.monaco-diff-editor${shown}`).waitFor()
    const now = page.getByRole('textbox', { name: 'Changes of rejot-manifest.json, now' })
    await now.waitFor({ state: 'attached' })
  }

  await message.fill('Add the mail')
  await message.press('Control+Enter')
  await page.getByText('Nothing differs from the last commit').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('It has a new column "mail".').waitFor()
  await page.getByRole('button', { name: /^Branch: / }).click()
  await page.getByRole('menuitem', { name: 'New branch…' }).click()
  assert.deepEqual(await problemsInBothThemes(page), [], 'new branch')
  await page.keyboard.press('Escape')
  assert.equal(await message.inputValue(), 'Add the mail')
  await message.press('Control+Enter')
  await page.getByText('Nothing differs from the last commit').waitFor()

  await page.getByRole('button', { name: /^Push/ }).click()
  await page.getByText('Cannot push: the remote has commits that are not here').waitFor()
  await page.getByRole('button', { name: /^Pull/ }).click()
  await page.getByRole('button', { name: /^rejot-manifest.json.*in conflict/ }).click()
  await page.getByText('It has a new column "phone".').waitFor()
  assert.deepEqual(await problemsInBothThemes(page), [], 'conflict')
  await page.getByRole('radio', { name: 'Theirs' }).check()
  await page.getByRole('button', { name: 'Settle this file' }).click()
  await message.fill('Merge')
  await page.getByRole('button', { name: /^Commit 1 file/ }).click()
  await page.getByText('Nothing differs from the last commit').waitFor()
  await page.locator('.last-commit', { hasText: 'a merge has no undo' }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Undo' }).count(), 0)
  await page.getByRole('button', { name: /^Push/ }).click()
  await page.locator('.last-commit', { hasText: 'pushed' }).waitFor()
  git(theirs, 'pull', '--quiet')
  assert.match(readFileSync(join(theirs, 'rejot-manifest.json'), 'utf8'), /"phone"/)
  assert.equal(git(theirs, 'log', '--format=%s', '-1').trim(), 'Merge')
  await looksAtAnotherTeam(page)
  await collectsDefinitions(app, page)
  assert.equal(await quit(), 0)
})

test('a password in a new line stops the commit and is named by its place', async () => {
  const root = join(folder, 'secret')
  write(root, 0, ['id'])
  git(root, 'init', '--quiet')
  writeFileSync(join(root, 'rejot-desktop.json'), '{\n  "password": "s3cret"\n}\n')
  const { page, quit } = await open({ userDataDir: join(folder, 'data-2'), args: [root], env: gitEnv })
  await page.getByRole('link', { name: 'Changes' }).click()
  await page.getByText('Line 2 of rejot-desktop.json holds a password').waitFor()
  await page.getByRole('textbox', { name: 'Commit message' }).fill('Try')
  const commit = page.getByRole('button', { name: /^Commit/ })
  assert.equal(await commit.isDisabled(), true)
  await page.getByRole('checkbox', { name: 'Commit rejot-desktop.json' }).uncheck()
  await commit.click()
  await page.locator('.last-commit', { hasText: 'Try' }).waitFor()
  await page.locator('.last-commit', { hasText: 'the first has no undo' }).waitFor()
  assert.doesNotMatch(git(root, 'show', '--name-only'), /rejot-desktop/)
  assert.equal(await quit(), 0)
})

test('where git is not installed a contract is committed all the same, and what takes git is said in its place', async () => {
  const root = join(folder, 'without-git')
  write(root, 0, ['id'])
  const { GIT_CONFIG_NOSYSTEM, GIT_CONFIG_GLOBAL } = gitEnv
  const { app, page, quit } = await open({
    userDataDir: join(folder, 'data-3'),
    args: [root],
    env: { GIT_CONFIG_NOSYSTEM, GIT_CONFIG_GLOBAL },
    size: { width: 1440, height: 900 },
    theme: 'light',
  })
  await app.evaluate(
    (_, nowhere) => {
      process.env.PATH = nowhere
    },
    join(folder, 'nowhere'),
  )
  await page.getByRole('link', { name: 'Changes' }).click()
  await page.getByRole('button', { name: 'Make it a repository' }).click()
  await page.getByText('To push, pull and branch, install git.').waitFor()
  await page.getByRole('textbox', { name: 'Commit message' }).fill('Publish people')
  const commit = page.getByRole('button', { name: /^Commit 1 file/ })
  assert.equal(await commit.isDisabled(), true)
  await page.getByRole('textbox', { name: 'Your name' }).fill('Grace')
  await page.getByRole('textbox', { name: 'Your email' }).fill('grace@harbor.test')
  await page.getByRole('button', { name: /^rejot-manifest.json.*new/ }).click()
  await page.getByText('To discard it, install git.').waitFor()
  assert.deepEqual(await problemsInBothThemes(page), [], 'without git')
  await commit.click()
  await page.getByText('Nothing differs from the last commit').waitFor()
  await page.getByText('To undo it, install git.').waitFor()
  assert.equal(git(root, 'log', '--format=%an: %s').trim(), 'Grace: Publish people')
  assert.equal(git(root, 'status', '--short'), '')
  assert.equal(git(root, 'fsck', '--strict', '--no-progress'), '')
  write(root, 1, ['id', 'name'])
  await page.getByText('It has a new column "name".').waitFor()
  assert.equal(await page.getByRole('textbox', { name: 'Your name' }).count(), 0)
  assert.equal(await quit(), 0)
})
