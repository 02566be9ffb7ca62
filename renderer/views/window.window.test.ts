import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Locator, Page } from 'playwright'
import { accessibilityProblems, watchErrors } from '../../main/testing/accessibility-problems.ts'
import { launchWindow } from '../../main/testing/launch-window.ts'

const folder = mkdtempSync(join(tmpdir(), 'rejot-window-'))
// Root's databases run as another user, who must be able to enter; else they would lie elsewhere and stay.
chmodSync(folder, 0o755)
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

const live = (page: Page) => page.locator('.sync-pill', { hasText: 'Live' }).waitFor()
const goTo = async (page: Page, name: string) => {
  await page.getByRole('link', { name }).click()
  await page.getByRole('heading', { level: 1, name, includeHidden: true }).waitFor()
}

/** Presses the button of the mouse on a row, and holds it. Returns the row that was there, and where. */
async function pressRow(page: Page, row: Locator): Promise<{ readonly id: string; readonly top: number }> {
  const hit = page.evaluate(
    () =>
      new Promise<{ id: string; top: number }>((done) => {
        const told = ({ target }: MouseEvent) => {
          const under = target instanceof Element ? target.closest('[role="row"]') : null
          done({ id: under?.id ?? '', top: under?.getBoundingClientRect().top ?? 0 })
        }
        document.addEventListener('mousedown', told, { capture: true, once: true })
      }),
  )
  await row.hover()
  await page.mouse.down()
  return hit
}

/** Those that no screen leads to: by their command, and what they are called then. */
const dialogs = [
  ['Keyboard Shortcuts', 'Keyboard shortcuts'],
  ['Reset the Sample', 'Reset the sample workspace?'],
] as const

for (const theme of ['light', 'dark'] as const) {
  test(`every screen is there, live and accessible (${theme})`, async () => {
    const window = await launchWindow({
      userDataDir: join(folder, theme),
      size: { width: 1440, height: 900 },
      theme,
    })
    const { page } = window
    const errors = watchErrors(page)
    await page.getByRole('button', { name: 'Open sample' }).waitFor()
    assert.deepEqual(await accessibilityProblems(page), [], 'first run')

    await page.getByRole('button', { name: 'Open sample' }).click()
    await live(page)
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
    await page.getByLabel(/^consume-account, publish-account v1, Streaming/).click()
    await page.getByText('Rows applied').waitFor()
    // A rate on the line means that rows were seen to flow.
    await page
      .locator('.graph-label', { hasText: /^[1-9][\d.]*\/s$/ })
      .first()
      .waitFor()
    assert.deepEqual(await accessibilityProblems(page), [], 'overview')
    await page.getByRole('tab', { name: 'SQL', exact: true }).click()
    await page.getByRole('textbox', { name: 'SQL of consume-account for deleted rows' }).waitFor()
    assert.deepEqual(await accessibilityProblems(page), [], 'SQL')
    await page.getByRole('button', { name: 'List' }).click()
    await page.getByRole('cell', { name: 'reads publish-account v1 · writes billing-db' }).waitFor()
    assert.deepEqual(await accessibilityProblems(page), [], 'overview as a list')

    await goTo(page, 'Catalogue')
    await page.getByRole('row', { name: /^publish-account/ }).click()
    await page.getByRole('tab', { name: 'Rows' }).click()
    await page.getByRole('button', { name: 'Show the last rows' }).click()
    await page.getByRole('columnheader', { name: 'emails', exact: true }).waitFor()
    await page.getByRole('cell', { name: /@/ }).first().waitFor()
    await page.getByRole('row', { name: /^publish-account .* (ago|now)/ }).waitFor()
    assert.deepEqual(await accessibilityProblems(page), [], 'catalogue')

    await goTo(page, 'Connections')
    await page.getByRole('cell', { name: 'accounts-db' }).click()
    await page.getByText('Confirmed').waitFor()
    assert.deepEqual(await accessibilityProblems(page), [], 'connections')

    await goTo(page, 'Events')
    await page.getByRole('row').nth(3).click()
    await page.getByRole('heading', { name: 'Journey' }).waitFor()
    await page.locator('.held-back').waitFor()
    assert.deepEqual(await accessibilityProblems(page), [], 'events')
    await page.keyboard.press('/')
    await page.keyboard.type('op:')
    await page.getByRole('option', { name: /^update/ }).waitFor()
    assert.deepEqual(await accessibilityProblems(page), [], 'completion of the filter')
    await page.keyboard.press('Escape')

    for (const [command, title] of dialogs) {
      await page.keyboard.press('Control+K')
      await page.keyboard.type(command)
      await page.getByRole('option', { name: command, selected: true }).waitFor()
      assert.deepEqual(await accessibilityProblems(page), [], 'palette')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: title }).waitFor()
      assert.deepEqual(await accessibilityProblems(page), [], title)
      await page.keyboard.press('Escape')
      await page.getByRole('heading', { name: title }).waitFor({ state: 'detached' })
    }

    assert.deepEqual(errors, [])
    assert.equal(await window.quit(), 0)
  })
}

test('the first walk, by keyboard where it can be', async () => {
  const userDataDir = join(folder, 'walk')
  const window = await launchWindow({ userDataDir, args: ['--sample'], size: { width: 1280, height: 800 } })
  const { page } = window
  await live(page)

  // A contract, found by the palette.
  await page.keyboard.press('Control+K')
  await page.keyboard.type('publish-acc')
  await page.getByRole('option', { name: /^publish-account/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('complementary', { name: 'Public schema publish-account' }).waitFor()
  await page.getByRole('tab', { name: 'SQL', exact: true }).click()
  await page.locator('.sql-placeholder', { hasText: ':id' }).first().waitFor()

  // Pause: what comes meanwhile waits and is counted. Resume: nothing is missing.
  await page.getByRole('tab', { name: 'Overview', exact: true }).click()
  await page.getByLabel(/^consume-account,/).click()
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await page.locator('.state-word', { hasText: 'Paused' }).waitFor()
  await page.locator('.graph-label', { hasText: 'waiting' }).waitFor()
  assert.deepEqual(await accessibilityProblems(page), [], 'paused')
  await page.getByText(/^\d+ events$/).waitFor()
  await page.getByRole('button', { name: 'Resume', exact: true }).click()
  await page.getByText('at head').waitFor()

  // A click moves no camera: the graph still fits itself into a narrower window.
  await page.getByLabel(/^publish-account,/).click()
  await page.getByRole('complementary', { name: 'Public schema publish-account' }).waitFor()
  const resize = (width: number) =>
    window.app.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.setSize(to, 800), width)
  await resize(1024)
  await page.waitForFunction(() => {
    const right = (selector: string) => document.querySelector(selector)?.getBoundingClientRect().right ?? Number.NaN
    return innerWidth === 1024 && right('.react-flow__node[data-id*="billing-db"]') < right('.graph')
  })
  await resize(1280)

  // One change: filtered, selected and closed by keys.
  await page.keyboard.press('Control+4')
  await page.keyboard.press('/')
  await page.keyboard.type('op:upd')
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'Remove op update' }).waitFor()
  await page.keyboard.press('Escape')
  const grid = page.getByRole('grid', { name: 'Events, newest first' })
  await grid.focus()
  await page.keyboard.press('Home')
  await page.getByRole('heading', { name: 'Changed columns' }).waitFor()
  assert.equal(await grid.getByText('insert').count(), 0)
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { name: 'Changed columns' }).waitFor({ state: 'detached' })

  // A row that moves away between press and release, as newer ones come in above it.
  await page.getByRole('button', { name: 'Remove op update' }).click()
  await grid.getByText('insert').first().waitFor()
  const pressed = await pressRow(page, grid.getByRole('row').nth(2))
  await page.waitForFunction(({ id, top }) => {
    const row = document.getElementById(id)
    return row?.ariaSelected === 'true' || row?.getBoundingClientRect().top !== top
  }, pressed)
  await page.mouse.up()
  await grid.locator(`#${pressed.id}[aria-selected="true"]`).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('/')
  await page.keyboard.type('op:upd')
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'Remove op update' }).waitFor()

  // The field of another screen was not asked for.
  await page.keyboard.press('Control+1')
  await page.getByRole('button', { name: 'Graph', exact: true }).waitFor()
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'BODY')
  await page.keyboard.press('Control+4')
  await grid.waitFor()

  // All steps ticked themselves.
  await page.keyboard.press('Control+K')
  await page.keyboard.type('close work')
  // Enter runs what is selected, and that is the former choice until the list has followed the typing.
  await page.locator('[role="option"][aria-selected="true"]', { hasText: /close workspace/i }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByText('6 of 6').waitFor()
  assert.equal(await window.quit(), 0)

  // Screen and filter are as they were left.
  const again = await launchWindow({ userDataDir, args: ['--sample'] })
  await again.page.getByRole('button', { name: 'Remove op update' }).waitFor()
  assert.equal(await again.quit(), 0)
})
