import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright'
import { projectDir } from '../../../build/project.mjs'
import { accessibilityProblems, watchErrors } from '../../../main/testing/accessibility-problems.ts'
import { git, gitEnv } from '../../../main/testing/git.ts'
import { type Hands, mouseHands } from '../../../main/testing/hands.ts'
import { launchWindow } from '../../../main/testing/launch-window.ts'
import { type PostgresServer, startPostgresServer } from '../../../sync-core/testing/postgres-server.ts'
import { publishedFault } from '../../../sync-core/testing/published-format.ts'
import { createDatabase, type TestDatabase } from '../../../sync-core/testing/test-database.ts'
import { waitFor } from '../../../sync-core/testing/wait-for.ts'

/* A contract that two people change, from the editor to what both of them have after the merge. */

const folder = mkdtempSync(join(tmpdir(), 'rejot-contract-journey-'))
const mine = join(folder, 'mine')
const theirs = join(folder, 'theirs')
const rejot = (root: string, ...args: readonly string[]) =>
  execFileSync(process.execPath, [join(projectDir, 'sync-core/cli/rejot.ts'), ...args], {
    cwd: root,
    env: { ...process.env, ...passwords(), INIT_CWD: root },
    encoding: 'utf8',
    stdio: 'pipe',
  })

let server: PostgresServer
let shop: TestDatabase
let crm: TestDatabase
const passwords = () => ({ REJOT_SHOP_PASSWORD: server.password, REJOT_CRM_PASSWORD: server.password })

before(async () => {
  server = await startPostgresServer({ settings: { fsync: 'off' } })
  shop = await createDatabase(server, {
    slug: 'shop',
    sql: `create table customer (id int primary key, name text not null, email text, phone text, city text);
      insert into customer values (1, 'Ada', 'ada@harbor.test', '1', 'London'), (2, 'Grace', null, '2', 'Arlington')`,
  })
  crm = await createDatabase(server, { slug: 'crm', sql: 'create table customers (id int primary key, name text)' })
  mkdirSync(join(mine, 'schemas'), { recursive: true })
  writeFileSync(join(mine, 'rejot-manifest.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`)
  writeFileSync(join(mine, 'schemas', 'customers.sql'), definition)
  rejot(mine, 'collect', 'rejot-manifest.json', 'schemas/customers.sql', '--write')
  git(folder, 'init', '--quiet', '--bare', '--initial-branch', 'main', 'remote.git')
  git(mine, 'init', '--quiet', '--initial-branch', 'main')
  git(mine, 'add', '.')
  git(mine, 'commit', '--quiet', '--message', 'Publish customers')
  git(mine, 'remote', 'add', 'origin', join(folder, 'remote.git'))
  git(mine, 'push', '--quiet', '--set-upstream', 'origin', 'main')
  git(folder, 'clone', '--quiet', 'remote.git', 'theirs')
})
after(async () => {
  await shop.drop()
  await crm.drop()
  await server.stop('immediate')
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

const definition = `-- rejot: public schema customers 1.0
-- data store: shop
-- key: id
-- columns:
--   id int4 not null
--   name text not null

-- rejot: changes of customer
select c.id, c.name
from customer c
where c.id = :id;
`
const connection = (slug: string, { host, port, user, database }: TestDatabase['connection']) => ({
  slug,
  config: {
    connectionType: 'postgres',
    host,
    port,
    user,
    password: `\${env:REJOT_${slug.toUpperCase()}_PASSWORD}`,
    database,
  },
})
const manifest = () => ({
  slug: 'harbor',
  manifestVersion: 1,
  connections: [connection('shop', shop.connection), connection('crm', crm.connection)],
  dataStores: [
    {
      connectionSlug: 'shop',
      config: { connectionType: 'postgres', slotName: 'harbor_shop', publicationName: 'harbor_shop' },
    },
    { connectionSlug: 'crm' },
  ],
  publicSchemas: [],
  consumerSchemas: [
    {
      name: 'copy-customers',
      sourceManifestSlug: 'harbor',
      publicSchema: { name: 'customers', majorVersion: 1 },
      config: {
        consumerSchemaType: 'postgres',
        destinationDataStoreSlug: 'crm',
        sql: 'insert into customers (id, name) values (:id, :name) on conflict (id) do update set name = excluded.name',
        deleteSql: 'delete from customers where id = :id',
      },
    },
  ],
})

let shots = 0
const shot = async (page: Page, name: string) => {
  shots += 1
  if (process.env.SHOTS !== undefined) {
    await page.waitForTimeout(500)
    await page.screenshot({ path: join(process.env.SHOTS, `${String(shots).padStart(2, '0')}-${name}.png`) })
  }
}

test('what two people make of a contract is decided as a contract, and both have it', async () => {
  const { page, quit, app } = await launchWindow({
    userDataDir: join(folder, 'user'),
    args: [mine],
    env: { ...gitEnv, ...passwords() },
    size: { width: 1440, height: 900 },
    theme: 'light',
  })
  after(() => app.close().catch(() => undefined))
  page.setDefaultTimeout(Number(process.env.STEP ?? 60_000))
  const errors = watchErrors(page)
  const hands = mouseHands(page)
  try {
    await walk(page, hands)
  } catch (error) {
    await shot(page, 'failed')
    throw error
  }
  assert.deepEqual(errors, [])
  assert.equal(await quit(), 0)
})

async function walk(page: Page, hands: Hands) {
  const notices = page.getByRole('region', { name: 'Notices' })
  await hands.press(notices.getByRole('button', { name: 'Start sync' }))
  await arrived('name')

  // Edited in the window.
  await edit({ page, hands }, `select c.id, c.name, c.email\nfrom customer c\nwhere c.id = :id`)
  await hands.press(page.getByRole('link', { name: 'Changes' }))
  await shot(page, 'meaning')
  await page.getByText('It has a new column "email".').waitFor()
  await page.getByText('1.0 → 1.1').waitFor()
  await page.getByText(/1 consumer unaffected/).waitFor()
  await hands.press(page.getByRole('button', { name: /^customers\.sql.*changed/ }))
  await page.locator('.monaco-diff-editor .line-insert').first().waitFor()
  await shot(page, 'text')
  const message = page.getByRole('textbox', { name: 'Commit message' })
  await hands.write(message, 'Publish the email')
  // Chosen: the settings, which somebody has begun to write, are left out.
  writeFileSync(join(mine, 'rejot-desktop.json'), '{ "connections": { "shop": { "environment": "staging" } } }\n')
  await page.getByRole('checkbox', { name: 'Commit rejot-desktop.json' }).uncheck()
  await hands.press(page.getByRole('button', { name: /^Commit 2 files/ }))
  await page.getByText('0 of 1 file').waitFor()
  await shot(page, 'committed')

  // Edited in another editor.
  const file = join(mine, 'schemas', 'customers.sql')
  writeFileSync(file, readFileSync(file, 'utf8').replace('c.name, c.email', 'upper(c.name) as name, c.email'))
  await notices.getByText('The file of customers@1 was changed').waitFor()
  await shot(page, 'file changed')
  await hands.press(notices.getByRole('button', { name: 'Look at it' }))
  await page.getByText('Its files were changed outside').waitFor()
  await shot(page, 'outside bar')
  await hands.press(page.getByRole('button', { name: 'Compare' }))
  await page.getByRole('region', { name: 'What it was, and what its files say now' }).waitFor()
  await shot(page, 'compare')
  await hands.press(page.getByRole('button', { name: 'Reload' }))
  await page.getByText('As in its file, not applied').waitFor()
  await shot(page, 'reloaded')
  await apply({ page, hands })
  await shot(page, 'applied')
  await arrived('upper(name) as name')
  await hands.press(page.getByRole('link', { name: 'Changes' }))
  await page.getByText('It has other SQL for customer.').waitFor()
  await page.getByText('1 consumer unaffected: harbor/copy-customers').waitFor()
  await shot(page, 'changes again')
  await hands.write(message, 'Write names in capitals')
  await page.getByRole('checkbox', { name: 'Commit rejot-desktop.json' }).check()
  await hands.press(page.getByRole('button', { name: /^Commit 3 files/ }))
  await page.getByText('Nothing differs from the last commit').waitFor()

  // A teammate was faster.
  const other = join(theirs, 'schemas', 'customers.sql')
  writeFileSync(
    other,
    definition
      .replace('1.0', '1.1')
      .replace('--   name text not null', '--   name text not null\n--   phone text')
      .replace('c.id, c.name', 'c.id, c.name, c.phone'),
  )
  rejot(theirs, 'collect', 'rejot-manifest.json', '--write')
  git(theirs, 'commit', '--quiet', '--all', '--message', 'Publish the phone')
  git(theirs, 'push', '--quiet')
  await hands.press(page.getByRole('button', { name: /^Push/ }))
  await page.getByText('Cannot push: the remote has commits that are not here').waitFor()
  await shot(page, 'push refused')
  await hands.press(page.getByRole('button', { name: /^Pull/ }))
  // What is to be decided is shown at once, as a contract.
  const conflict = page.getByRole('group', { name: 'public schema customers@1' })
  await conflict.getByText('It has a new column "email".').waitFor()
  await conflict.getByText('It has a new column "phone".').waitFor()
  await page.getByText('Git left both sides of a merge here').waitFor()
  await shot(page, 'conflict')
  assert.deepEqual(await accessibilityProblems(page), [], 'conflict')
  await hands.press(page.getByRole('button', { name: /^customers\.sql.*in conflict/ }))
  await shot(page, 'conflict sql')
  await hands.press(page.getByRole('button', { name: 'Decide it there' }))
  await conflict.getByRole('radio', { name: 'Theirs' }).check()
  await hands.press(page.getByRole('button', { name: 'Settle this file' }))
  await page.getByText('Everything is decided. Commit to end the merge.').waitFor()
  assert.match(await message.inputValue(), /^Merge branch 'main' of /)
  assert.equal(await message.evaluate((field) => field === document.activeElement), true)
  await shot(page, 'settled')
  await page.keyboard.press('Control+Enter')
  await page.getByText('Nothing differs from the last commit').waitFor()
  // What runs is told apart from what is committed.
  await notices.getByText('The manifests have changed since the sync was started').waitFor()
  await hands.press(page.getByRole('button', { name: /^What starting again changes/ }))
  const plan = page.getByRole('region', { name: 'What starting again changes' })
  await plan.getByText('copies about 2 rows again').waitFor()
  await plan
    .getByText('no longer has column "email"; has a new column "phone"; this breaks those who read it')
    .waitFor()
  await shot(page, 'plan')
  assert.deepEqual(await accessibilityProblems(page), [], 'plan')
  await hands.press(plan.getByRole('button', { name: 'Stop and start again' }))
  await arrived('name')
  await page.getByText('Engine running').waitFor()
  await plan.getByText('Nothing is made, copied or dropped').waitFor()
  await notices.getByText('The manifests have changed').waitFor({ state: 'detached' })
  await shot(page, 'started again')
  await hands.press(page.getByRole('button', { name: /^Push/ }))
  await page.locator('.last-commit', { hasText: 'pushed' }).waitFor()
  git(theirs, 'pull', '--quiet')
  for (const name of ['rejot-manifest.json', 'schemas/customers.sql'])
    assert.equal(readFileSync(join(theirs, name), 'utf8'), readFileSync(join(mine, name), 'utf8'))
  assert.equal(publishedFault(readFileSync(join(theirs, 'rejot-manifest.json'), 'utf8')), undefined)
  assert.match(
    rejot(theirs, 'collect', 'rejot-manifest.json', '--check', '--offline'),
    /agrees with its definition files/,
  )
  await shop.query(`insert into customer values (3, 'Edsger', null, '3', 'Austin')`)
  await arrived('name')
}

async function edit({ page, hands }: { page: Page; hands: Hands }, sql: string) {
  await hands.press(page.getByRole('link', { name: 'Catalogue' }))
  const row = page.getByRole('row', { name: /^customers/ })
  await hands.choose(page.getByRole('grid', { name: 'Public schemas' }), row)
  await hands.press(page.getByRole('button', { name: 'Edit', exact: true }))
  await hands.write(page.getByRole('textbox', { name: 'SQL when customer changes' }), sql)
  await page.getByText('→ v1.1').waitFor()
  await apply({ page, hands })
}

async function apply({ page, hands }: { page: Page; hands: Hands }) {
  await hands.press(page.getByRole('button', { name: /^Apply( v[\d.]+)?…$/ }))
  const review = page.getByRole('region', { name: 'What Apply will do' })
  await review.getByRole('region', { name: 'rejot-manifest.json' }).waitFor()
  await shot(page, 'review')
  await hands.press(review.getByRole('button', { name: /^Apply( v[\d.]+)?$/ }))
  await review.waitFor({ state: 'detached' })
}

/** Until the destination has the rows with these names. */
async function arrived(name: string) {
  const wanted = await shop.query(`select id, ${name} from customer order by id`)
  await waitFor(() => crm.query('select id, name from customers order by id'), {
    what: 'the rows at the destination',
    until: (rows) => JSON.stringify(rows) === JSON.stringify(wanted),
    timeoutMs: 30_000,
  })
}
