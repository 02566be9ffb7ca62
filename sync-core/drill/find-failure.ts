import fc from 'fast-check'
import { type Plan, planArbitrary } from './plan.ts'

/** A seed, and for a plan that was made smaller the way to it: what `--seed` takes. */
export interface Seed {
  readonly number: number
  /** fast-check's word for which smaller plan: `0:2:1`. */
  readonly path?: string
}

/** `4711`, or `4711:0:2:1`. `undefined` for anything else. */
export function parseSeed(text: string): Seed | undefined {
  const [, number, path] = /^(\d{1,10})(?::(\d+(?::\d+)*))?$/.exec(text) ?? []
  if (number === undefined || Number(number) > maxSeed) return undefined
  return { number: Number(number), ...(path !== undefined && { path }) }
}

export const maxSeed = 2 ** 31 - 1

export function formatSeed({ number, path }: Seed): string {
  return path === undefined ? `${number}` : `${number}:${path}`
}

export interface Found {
  readonly seed: Seed
  readonly plan: Plan
  readonly error: Error
  /** How many smaller plans were tried. */
  readonly tries: number
}

export interface FindOptions {
  readonly seed: Seed
  /** Rejects when the plan is not survived. */
  readonly run: (plan: Plan) => Promise<void>
  /** Whether another, smaller plan may be tried after so many; each takes as long as it takes. */
  readonly mayTry: (tries: number) => boolean
}

/**
 * Runs the plan of a seed; when it is not survived, tries smaller ones and returns the smallest that is not survived
 * either. `undefined` when it is survived.
 */
export async function findFailure({ seed, run, mayTry }: FindOptions): Promise<Found | undefined> {
  let runs = 0
  let isFailing = false
  let last: { readonly plan: Plan; readonly error: Error } | undefined
  const property = fc.asyncProperty(planArbitrary, async (plan) => {
    // Also what comes beside the plan that a path leads to.
    if (runs > 0 && !(isFailing && mayTry(runs - 1))) return
    runs += 1
    try {
      await run(plan)
    } catch (error) {
      isFailing = true
      last = { plan, error: error instanceof Error ? error : new Error(String(error)) }
      throw error
    }
  })
  const { path } = seed
  const result = await fc.check(property, { seed: seed.number, numRuns: 1, unbiased: true, ...(path && { path }) })
  if (last === undefined) return undefined
  const smaller = result.counterexamplePath ?? '0'
  // The plan that a seed gives by itself is at "0".
  return { seed: { number: seed.number, ...(smaller !== '0' && { path: smaller }) }, ...last, tries: runs - 1 }
}
