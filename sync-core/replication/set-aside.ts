import type { Clock } from '../domain/clock.ts'

/** Public schemas that failed while the others of their source went on: which, and when each is tried again. */
export interface SetAside {
  /**
   * One failed. Returns whether it is left alone now: the first time it is tried again at once, since what it failed on
   * may have been a change under way.
   */
  add(schema: string): boolean
  /** Whether this has not been said of it since it was whole. */
  isNews(schema: string, message: string): boolean
  /** It has got through everything: its next failure is a new one. */
  forget(schema: string): void
  /** Those that are left alone for now. */
  waiting(): ReadonlySet<string>
  /** Whether one that was left alone when a session began may be tried again. */
  isDue(leftAlone: ReadonlySet<string>): boolean
}

const firstDelayMs = 2_000
const longestDelayMs = 300_000

export function createSetAside(clock: Clock): SetAside {
  const failures = new Map<string, { readonly count: number; readonly retryAt: number }>()
  const said = new Map<string, string>()
  const waiting = (): ReadonlySet<string> => {
    const now = clock.monotonicMs()
    return new Set([...failures].filter(([, { retryAt }]) => retryAt > now).map(([schema]) => schema))
  }
  return {
    add(schema) {
      const count = (failures.get(schema)?.count ?? 0) + 1
      const delayMs = count === 1 ? 0 : Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(count - 2, 20))
      failures.set(schema, { count, retryAt: clock.monotonicMs() + delayMs })
      return count > 1
    },
    isNews(schema, message) {
      const news = said.get(schema) !== message
      said.set(schema, message)
      return news
    },
    forget(schema) {
      failures.delete(schema)
      said.delete(schema)
    },
    waiting,
    isDue(leftAlone) {
      const still = waiting()
      return [...leftAlone].some((schema) => !still.has(schema))
    },
  }
}
