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
  await page.mouse.move(720, 890, { steps: 5 })
  await page.locator('.tooltip').waitFor({ state: 'detached' })
  for (let look = 1; ; look++) {
    const { found, moved } = await page.evaluate<Look>(`(async () => {
      ${axe}
      return (${lookWhileStill})(() => axe.run(${JSON.stringify(within)}))
    })()`)
    if (!moved || look === mostLooks) return found
  }
}

/** A toast comes and goes in less time than this many looks take. */
const mostLooks = 8

interface Look {
  readonly found: readonly string[]
  /** Something began to move or to fade while axe looked, and what fades has a contrast of nothing. */
  readonly moved: boolean
}

interface Problems {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly target: string[] }[] }[]
}

/** Run in the page: nothing outside of it may be named. Begins once all that moves has come to its end. */
async function lookWhileStill(look: () => Promise<Problems>): Promise<Look> {
  const ending = () => document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Infinity)
  const isMoving = () => ending().some(({ playState }) => playState === 'running')
  while (isMoving()) await Promise.allSettled(ending().map(({ finished }) => finished))
  let moved = false
  const note = () => {
    moved = true
  }
  document.addEventListener('transitionrun', note)
  document.addEventListener('animationstart', note)
  const { violations } = await look()
  document.removeEventListener('transitionrun', note)
  document.removeEventListener('animationstart', note)
  const found = violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
  return { found, moved: moved || isMoving() }
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
