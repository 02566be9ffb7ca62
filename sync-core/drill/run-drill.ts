import { findFailure, formatSeed, maxSeed, type Seed } from './find-failure.ts'
import { prepareGround } from './ground.ts'
import { describePlan } from './plan.ts'
import { runRound } from './run-round.ts'
import { addTried, nothingTried, type Tried } from './tried.ts'

export interface DrillOptions {
  /** No round begins, and none goes on, after so long; the last one is still compared. */
  readonly seconds: number
  /** Of the first round; each further one has the next number. */
  readonly seed: Seed
  readonly signal: AbortSignal
  /** For how long smaller plans are tried after a round that was not survived; five minutes when left out. */
  readonly shrinkSeconds?: number
  /** After each round, with everything so far. */
  readonly onRound?: (report: DrillReport) => void
  /** As soon as a round is not survived, and before smaller plans are tried. */
  readonly onFailure?: (message: string, seed: string) => void
}

export interface DrillReport {
  readonly seed: string
  readonly seconds: number
  /** Those that were survived. */
  readonly rounds: number
  readonly tried: Tried
  /** Somebody ended it before its time, or within a round, which then counts for nothing but what was tried. */
  readonly interrupted: boolean
  readonly failure: DrillFailure | undefined
}

export interface DrillFailure {
  readonly message: string
  /** Says `--seed` what to run again: the smallest plan that was found to fail. */
  readonly seed: string
  readonly plan: string
  readonly smallerTried: number
}

const maxSmallerTries = 20

/** Random rounds, one behind the other, until the time is over, one of them is not survived, or the signal aborts. */
export async function runDrill({
  seconds,
  seed,
  signal,
  shrinkSeconds = 300,
  onRound,
  onFailure,
}: DrillOptions): Promise<DrillReport> {
  const beganAt = performance.now()
  const until = beganAt + seconds * 1_000
  const shrinkMs = shrinkSeconds * 1_000
  const tried = nothingTried()
  let rounds = 0
  let failure: DrillFailure | undefined
  const report = (): DrillReport => ({
    seed: formatSeed(seed),
    seconds: Math.round((performance.now() - beganAt) / 1_000),
    rounds,
    tried,
    interrupted: signal.aborted,
    failure,
  })
  const ground = await prepareGround()
  try {
    for (let next = seed; failure === undefined && !signal.aborted; next = { number: (next.number + 1) % maxSeed }) {
      let failedAt: number | undefined
      const found = await findFailure({
        seed: next,
        run: async (plan) => {
          const own = nothingTried()
          const end = failedAt === undefined ? until : failedAt + shrinkMs
          const trying = runRound({ ground, plan, tried: own, until: end, signal })
          await trying
            .catch((error: unknown) => {
              if (failedAt === undefined) onFailure?.(String(error), formatSeed(next))
              failedAt ??= performance.now()
              throw error
            })
            .finally(() => addTried(tried, own))
        },
        mayTry: (tries) => tries < maxSmallerTries && !signal.aborted && performance.now() < (failedAt ?? 0) + shrinkMs,
      })
      if (found === undefined && !signal.aborted) rounds += 1
      if (found !== undefined) {
        failure = {
          message: found.error.message,
          seed: formatSeed(found.seed),
          plan: describePlan(found.plan),
          smallerTried: found.tries,
        }
      }
      onRound?.(report())
      if (performance.now() >= until) break
    }
    return report()
  } finally {
    await ground.dispose()
  }
}
