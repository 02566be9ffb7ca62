import { setTimeout as pause } from 'node:timers/promises'
import { callEngine } from '../api/call-engine.ts'
import { consumerIdOf, type PipelineSetting, setUpPipeline } from '../testing/pipeline-setting.ts'
import { waitFor } from '../testing/wait-for.ts'
import { compareAll } from './compare.ts'
import { firstWholeOffset, isSettledSince } from './engine-status.ts'
import type { Ground } from './ground.ts'
import type { Plan } from './plan.ts'
import { invariants, readUntil } from './read.ts'
import { consumerNames, type DatabaseName, shopPipeline } from './shop.ts'
import { type Engine, startEngine, strike } from './strike.ts'
import { countFault, type Tried } from './tried.ts'
import { writeUntil } from './write.ts'

/** Retries wait up to 30 s, and the machine may be slow; only an upper limit. */
const settleMs = 120_000

export interface Round {
  readonly ground: Ground
  readonly plan: Plan
  /** Grows while the round runs. */
  readonly tried: Tried
  /** No further fault begins after that moment of `performance.now()`; what is there is compared all the same. */
  readonly until: number
  /** Ends the round at once, without comparing. */
  readonly signal: AbortSignal
}

/**
 * One round on databases of its own: clients write, faults strike, readers read; then everybody stops, and all is
 * compared. Resolves when it was survived, or with nothing compared when the signal aborts; throws with what is wrong.
 */
export async function runRound({ ground, plan, tried, until, signal }: Round): Promise<void> {
  const setting = await setUpPipeline(shopPipeline(ground.places))
  const over = new AbortController()
  const reading = new AbortController()
  const whole = AbortSignal.any([signal, reading.signal])
  const engine = startEngine(setting)
  const wholeFrom = firstWholeOffset(setting.workspace.stateDir, whole)
  const readers = (['crm', 'billing'] as const).map((name) =>
    readUntil(reading.signal, setting.databases[name], invariants[name], consumerIdOf),
  )
  const writing = AbortSignal.any([signal, over.signal])
  const writers = plan.clients.map((transactions) => writeUntil(writing, setting.databases.shop, transactions, tried))
  // Whatever goes wrong in them is told where they are awaited.
  const work = [wholeFrom, ...readers, ...writers]
  for (const one of work) one.catch(() => undefined)
  try {
    for (const { afterMs, fault } of plan.strokes) {
      await pause(Math.max(0, Math.min(afterMs, until - performance.now())), undefined, { signal }).catch(
        () => undefined,
      )
      if (signal.aborted || performance.now() > until) break
      engine.check()
      await strike(fault, { ground, setting, engine })
      countFault(tried, fault)
    }
    if (!signal.aborted) await streamAWhile(engine, signal)
    over.abort()
    await Promise.all(writers)
    if (!signal.aborted) await settle(setting, engine, tried, signal)
    reading.abort()
    const [from = Number.POSITIVE_INFINITY, sights] = [await wholeFrom, await Promise.all(readers)]
    for (const seen of sights)
      for (const byOffset of seen.values()) for (const { reads } of byOffset.values()) tried.reads += reads
    if (!signal.aborted) await compareAll({ setting, sights, wholeFrom: from, tried })
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    over.abort()
    reading.abort()
    await Promise.allSettled(work)
    await setting.dispose()
  }
}

/** Also where the machine is so slow that the faults have left no time for it: clients write, and readers find whole states. */
async function streamAWhile(engine: Engine, signal: AbortSignal): Promise<void> {
  await engine.said('ready')
  await pause(1_000, undefined, { signal })
}

/** Kills the engine once more, ends all pauses, waits until everything has arrived, and lets it stop in order. */
async function settle(
  setting: PipelineSetting<DatabaseName>,
  engine: Engine,
  tried: Tried,
  signal: AbortSignal,
): Promise<void> {
  await engine.replace('SIGKILL')
  countFault(tried, { kind: 'kill', until: 'started' })
  await engine.said('started')
  for (const name of consumerNames) {
    const asked = { consumer: consumerIdOf(name) }
    const resume = () => callEngine(setting.workspace.stateDir, 'resume', asked).then((answer) => answer !== undefined)
    await waitFor(resume, { what: `an engine that resumes ${name}` })
  }
  const wrong = new AbortController()
  const looking = setInterval(() => {
    try {
      engine.check()
    } catch (error) {
      wrong.abort(error)
    }
  }, 100)
  const waiting = { timeoutMs: settleMs, signal: AbortSignal.any([signal, wrong.signal]) }
  try {
    await setting.arrived('everything', waiting)
    const arrivedAt = Date.now()
    const what = 'every consumer streaming, with nothing pending or held'
    await waitFor(() => isSettledSince(setting.workspace.stateDir, arrivedAt), { what, ...waiting })
  } finally {
    clearInterval(looking)
  }
  const ended = await engine.now.signal('SIGTERM')
  if (ended !== 0) throw new Error(`The engine ended with ${ended} when told to stop: ${engine.now.errors()}`)
}
