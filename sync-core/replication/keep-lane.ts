import type { Failure } from '../domain/failure.ts'
import { runConsumer } from './run-consumer.ts'
import { createLane, type LaneConsumer, type LaneDeps } from './run-lane.ts'
import { failureOf, supervise } from './supervise.ts'
import { createWake } from './wake.ts'

export interface KeepLaneDeps extends Omit<LaneDeps, 'onHalt'> {
  readonly object: string
  readonly random: () => number
  readonly onRetry: (consumer: LaneConsumer, failure: Failure, retryDelayMs: number) => void
  readonly onHalt: (consumer: LaneConsumer, failure: Failure, error: unknown) => void
}

/** The consumers of one source and one destination, in their lane or on the way to it. */
export interface LaneKeeper {
  /** Until the signal aborts. */
  run(signal: AbortSignal): Promise<void>
  pause(consumer: string): void
  resume(consumer: string): void
}

/** Keeps a lane running, and brings back to it who has left. */
export function keepLane(
  deps: KeepLaneDeps,
  consumers: readonly LaneConsumer[],
  paused: ReadonlySet<string>,
): LaneKeeper {
  const { clock, random } = deps
  const changed = createWake()
  const alone = new Map<string, AbortController>()
  const halted = new Set<string>()
  const resting = new Set(paused)
  let running: AbortSignal | undefined
  const tasks = new Set<Promise<void>>()

  const onHalt = (consumer: LaneConsumer, error: unknown): void => {
    halted.add(consumer.id)
    deps.onHalt(consumer, failureOf(error, consumer.id), error)
  }
  const catchUp = (consumer: LaneConsumer): void => {
    if (running === undefined || alone.has(consumer.id)) return
    const stop = new AbortController()
    alone.set(consumer.id, stop)
    const task = supervise(
      {
        clock,
        random,
        object: consumer.id,
        run: (signal) => runConsumer(laneDeps, consumer, lane, signal),
        onRetry: (failure, delayMs) => deps.onRetry(consumer, failure, delayMs),
        onHalt: (_failure, error) => onHalt(consumer, error),
      },
      AbortSignal.any([running, stop.signal]),
    ).finally(() => {
      alone.delete(consumer.id)
      tasks.delete(task)
      // The lane emptied meanwhile, or a pause was taken back before it had taken effect: it begins again.
      if (!halted.has(consumer.id) && !lane.members.has(consumer.id)) bringIn(consumer)
    })
    tasks.add(task)
  }
  const bringIn = (consumer: LaneConsumer): void => {
    if (running?.aborted || resting.has(consumer.id)) return
    if (lane.members.size > 0) catchUp(consumer)
    else {
      lane.enter(consumer)
      changed.wake()
    }
  }

  const laneDeps: LaneDeps = { ...deps, onHalt }
  for (const consumer of consumers) if (resting.has(consumer.id)) consumer.gauge.state('paused')
  const lane = createLane(
    laneDeps,
    consumers.filter((consumer) => !resting.has(consumer.id)),
    catchUp,
  )

  return {
    async run(signal) {
      running = signal
      // Nothing is made in a destination before there is something to bring: a start that fails leaves nothing behind.
      while (!signal.aborted && deps.store.sources.read(deps.source) === undefined) {
        await deps.wake.wait(signal, 1_000)
      }
      while (!signal.aborted) {
        await supervise(
          {
            clock,
            random,
            object: deps.object,
            run: (inner) => lane.run(inner),
            onRetry: (failure, delayMs) => {
              for (const consumer of lane.members.values()) deps.onRetry(consumer, failure, delayMs)
            },
            onHalt: (_failure, error) => {
              for (const consumer of [...lane.members.values()]) {
                lane.leave(consumer.id)
                onHalt(consumer, error)
              }
            },
          },
          signal,
        )
        await changed.wait(signal, 60_000)
      }
      await Promise.allSettled([...tasks])
    },
    pause(id) {
      resting.add(id)
      alone.get(id)?.abort()
      if (lane.members.has(id)) lane.leave(id)
      consumers.find((consumer) => consumer.id === id)?.gauge.state('paused')
    },
    resume(id) {
      resting.delete(id)
      const consumer = consumers.find((one) => one.id === id)
      if (consumer === undefined) return
      halted.delete(id)
      if (lane.members.has(id)) lane.stay(id)
      else bringIn(consumer)
      changed.wake()
    },
  }
}
