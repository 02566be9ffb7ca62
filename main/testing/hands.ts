import type { Locator, Page } from 'playwright'

/** How a person gets something done in the window: pressing controls, writing into fields, choosing rows. */
export interface Hands {
  /** Presses a button, a link, a tab. */
  press(control: Locator): Promise<void>
  /** Has a field, or an editor of SQL, say this and nothing else. */
  write(field: Locator, text: string): Promise<void>
  /** Selects a row of a grid. */
  choose(grid: Locator, row: Locator): Promise<void>
}

export function mouseHands(page: Page): Hands {
  return {
    press: (control) => control.click(),
    async write(field, text) {
      // What hears the keys of an editor has no size: its text is clicked.
      await field.waitFor({ state: 'attached' })
      const lines = page.locator('.monaco-editor').filter({ has: field }).locator('.view-lines')
      await ((await lines.count()) > 0 ? lines : field).click()
      await replaceAll(page, text)
    },
    choose: (_, row) => row.click(),
  }
}

/** Nothing but keys: Tab to a control, wherever it stands, arrows within a list, Enter. */
export function keyboardHands(page: Page): Hands {
  const { keyboard } = page
  return {
    async press(control) {
      await reach(page, control)
      await keyboard.press('Enter')
    },
    async write(field, text) {
      await reach(page, field)
      await replaceAll(page, text)
    },
    async choose(grid, row) {
      await reach(page, grid)
      await row.waitFor()
      for (let presses = 0; presses < 50; presses++) {
        if ((await row.getAttribute('aria-selected')) === 'true') return
        await keyboard.press('ArrowDown')
      }
      throw new Error(`Cannot choose ${row} by keyboard: arrows do not come to it`)
    },
  }
}

async function replaceAll({ keyboard }: Page, text: string): Promise<void> {
  await keyboard.press('ControlOrMeta+A')
  if (text === '') await keyboard.press('Delete')
  else await keyboard.insertText(text)
}

/** More stops than a screen has. */
const mostStops = 150

/** Presses Tab until the control has the focus; within a list of tabs or the tree, arrows. Rejects when it is never reached. */
async function reach(page: Page, control: Locator): Promise<void> {
  await control.waitFor({ state: 'attached' })
  for (let stops = 0; stops < mostStops; stops++) {
    const place = await control.evaluate(placeOf)
    if (place === 'here') return
    // An editor keeps Tab for itself until Escape.
    if (place === 'editor') await page.keyboard.press('Escape')
    await page.keyboard.press(place === 'list' ? 'ArrowRight' : place === 'tree' ? 'ArrowDown' : 'Tab')
  }
  throw new Error(`Cannot reach ${control} by keyboard`)
}

/** Where the focus is, as the control sees it. Runs in the page. */
function placeOf(control: Element): 'here' | 'editor' | 'list' | 'tree' | 'elsewhere' {
  const focused = document.activeElement
  if (focused === null) return 'elsewhere'
  if (focused === control || (control.contains(focused) && focused.closest('.monaco-editor') !== null)) return 'here'
  if (focused.closest('[role="tablist"]')?.contains(control)) return 'list'
  if (focused.closest('[role="tree"]')?.contains(control)) return 'tree'
  return focused.closest('.monaco-editor') === null || focused.closest('[role="code"]') === null
    ? 'elsewhere'
    : 'editor'
}
