import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright'
import { type LaunchedWindow, launchWindow } from '../../../main/testing/launch-window.ts'
import { waitFor } from '../../../sync-core/testing/wait-for.ts'

const folder = mkdtempSync(join(tmpdir(), 'rejot-sql-view-'))
chmodSync(folder, 0o755)

const accountSql = `-- one row per account
select a.id, a.name as "Name", 'a:b' as text, 42 as number
  from account a where a.id = :id`
// The first letter of the column is no Latin one: to the eye it is the same.
const confusedSql = 'select a.id, а.name as "Name" from account_names a where a.id = :account_id'
const upsertSql = `insert into copy (id, name) values (:id, :Name)
on conflict (id) do update set name = excluded.name`

let launched: LaunchedWindow
let page: Page
const errors: string[] = []

before(async () => {
  const workspace = join(folder, 'workspace')
  mkdirSync(workspace)
  writeFileSync(join(workspace, 'rejot-manifest.json'), JSON.stringify(manifest()))
  launched = await launchWindow({
    userDataDir: join(folder, 'user'),
    args: [workspace],
    size: { width: 1440, height: 900 },
    theme: 'light',
  })
  page = launched.page
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  // A worker is no resource of the page; this is how the test sees it start.
  await page.evaluate(() => {
    const started: string[] = []
    const Original = window.Worker
    Reflect.set(globalThis, 'startedWorkers', started)
    window.Worker = class extends Original {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options)
        started.push(String(url))
      }
    }
  })
})

after(async () => {
  const code = await launched.quit()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  assert.equal(code, 0)
})

/** The style sheet that comes with Monaco: 0 until then. */
const editorSheets = () => page.locator('link[rel="stylesheet"][href*="/assets/editor-"]').count()

const select = async (name: string) => {
  await page.getByRole('treeitem', { name }).click()
  await page.getByRole('complementary', { name }).waitFor()
}
const field = (name: string) => page.getByRole('textbox', { name, exact: true })

test('the editor comes by itself when the window is idle, before SQL is looked at, and once', async () => {
  await waitFor(editorSheets, { what: 'the editor', until: (sheets) => sheets === 1, timeoutMs: 30_000 })
  await select('publish-account')
  await page.getByRole('tab', { name: 'SQL', exact: true }).click()
  await field('SQL of publish-account when account changes').waitFor()
  await field('SQL of publish-account when account_names changes').waitFor()
  assert.equal(await editorSheets(), 1)
})

/** Words of the editor that do not have the colour of their token, as the page draws them. Lines are coloured in idle time. */
const wrongColours = (tokens: readonly (readonly [word: string, token: string])[]) =>
  page.evaluate((wanted) => {
    const pieces = [...document.querySelectorAll('.monaco-editor .view-line span > span')]
    const probe = document.body.appendChild(document.createElement('span'))
    const wrong = wanted.filter(([word, token]) => {
      const piece = pieces.find((span) => span.textContent?.replaceAll('\u00a0', ' ').trim() === word)
      probe.style.color = `var(--${token})`
      return piece === undefined || getComputedStyle(piece).color !== getComputedStyle(probe).color
    })
    probe.remove()
    return wrong
  }, tokens)

for (const theme of ['light', 'dark'] as const) {
  test(`words have the colours of the ${theme} theme`, async () => {
    await page.evaluate((name) => Reflect.get(globalThis, 'rejot').invoke('settings.write', { theme: name }), theme)
    await page.locator(`html[data-theme="${theme}"]`).waitFor()
    const tokens = [
      ['-- one row per account', 'text-3'],
      ['select', 'accent'],
      ["'a:b'", 'ok'],
      ['42', 'sql-number'],
      [':id', 'sql-placeholder'],
    ] as const
    await waitFor(() => wrongColours(tokens), { what: 'every word in its colour', until: ({ length }) => length === 0 })
  })
}

test('a letter that only looks like another is marked, by a worker of our own', async () => {
  await page.locator('.monaco-editor .unicode-highlight').waitFor()
  const started: readonly string[] = await page.evaluate(() => Reflect.get(globalThis, 'startedWorkers'))
  assert.equal(started.length, 1)
  assert.match(started[0] ?? '', /^(app:\/\/rejot)?\/assets\/editor\.worker-[\w-]+\.js$/)
})

test('it is read by keyboard: Tab goes in and on, the text is copied and cannot be changed', async () => {
  const first = field('SQL of publish-account when account changes')
  await page.getByRole('button', { name: 'Copy', exact: true }).first().focus()
  await page.keyboard.press('Tab')
  assert.equal(await first.evaluate((element) => element === document.activeElement), true)
  await page.keyboard.type('x')
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Control+C')
  assert.equal(await launched.app.evaluate(({ clipboard }) => clipboard.readText()), accountSql)
  await page.keyboard.press('Tab')
  const copy = page.getByRole('button', { name: 'Copy', exact: true }).nth(1)
  assert.equal(await copy.evaluate((element) => element === document.activeElement), true)
  await page.keyboard.press('Shift+Tab')
  assert.equal(await first.evaluate((element) => element === document.activeElement), true)
})

test('Copy takes the SQL of its own entry', async () => {
  await page.getByRole('button', { name: 'Copy', exact: true }).nth(1).click()
  assert.equal(await launched.app.evaluate(({ clipboard }) => clipboard.readText()), confusedSql)
  await select('consume-account')
  await field('SQL of consume-account for new and changed rows').waitFor()
  await page.getByRole('button', { name: 'Copy', exact: true }).first().click()
  assert.equal(await launched.app.evaluate(({ clipboard }) => clipboard.readText()), upsertSql)
})

test('nothing was refused by the page’s policy on the way', () => {
  assert.deepEqual(errors, [])
})

function manifest(): unknown {
  const connection = { connectionType: 'postgres', host: '127.0.0.1', port: 1, user: 'nobody', password: '' }
  return {
    slug: 'sql-view',
    manifestVersion: 1,
    connections: [
      { slug: 'from-db', config: { ...connection, database: 'from' } },
      { slug: 'to-db', config: { ...connection, database: 'to' } },
    ],
    dataStores: [
      { connectionSlug: 'from-db', config: { connectionType: 'postgres', slotName: 's', publicationName: 'p' } },
      { connectionSlug: 'to-db' },
    ],
    publicSchemas: [
      {
        name: 'publish-account',
        version: { major: 1, minor: 0 },
        source: { dataStoreSlug: 'from-db' },
        outputSchema: {
          type: 'object',
          properties: { id: { type: 'integer' }, Name: { type: 'string' } },
          required: ['id'],
          'x-rejot': { key: ['id'] },
        },
        config: {
          publicSchemaType: 'postgres',
          transformations: [
            { operation: 'insert', table: 'account', sql: accountSql },
            { operation: 'insert', table: 'account_names', sql: confusedSql },
          ],
        },
      },
    ],
    consumerSchemas: [
      {
        name: 'consume-account',
        sourceManifestSlug: 'sql-view',
        publicSchema: { name: 'publish-account', majorVersion: 1 },
        config: { consumerSchemaType: 'postgres', destinationDataStoreSlug: 'to-db', sql: upsertSql },
      },
    ],
  }
}
