import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * What axe finds on the page as it is now, or in the part of it that a selector names: rule and place. Run by the
 * debugger, past the page's own policy.
 */
export async function accessibilityProblems(page: Page, within = 'html'): Promise<readonly string[]> {
  // Away from whatever would show a tooltip.
  await page.mouse.move(720, 890)
  await page.locator('.tooltip').waitFor({ state: 'detached' })
  // A button on its way from one colour to another has a contrast of neither.
  await page.evaluate(() =>
    Promise.allSettled(
      document.getAnimations().flatMap((each) => (each instanceof CSSTransition ? [each.finished] : [])),
    ),
  )
  return page.evaluate(`(async () => {
    ${axe}
    const { violations } = await axe.run(${JSON.stringify(within)})
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target.join(' ')))
  })()`)
}

/** Errors that the page wrote to its console, refusals of its security policy among them. */
export function watchErrors(page: Page): string[] {
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  return errors
}
