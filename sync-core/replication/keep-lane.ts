import { type Failure, FailureError } from '../domain/failure.ts'
import { type ConsumerAtRest, type ConsumerOrders, createConsumerOrders } from './consumer-orders.ts'
import type { LaneConsumer, LaneDeps } from './lane.ts'
import { refusal } from './refusal.ts'
import { runConsumer } from './run-consumer.ts'
import { createLane } from './run-lane.ts'
import { startOver } from './start-over.ts'
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
  /** Also tries again with one that was halted. */
  resume(consumer: string): void
  /**
   * Takes the consumer out of its lane for some work at its destination, and brings it back. Rejects with a FailureError
   * when it is paused, when its source was never reached, or when the destination cannot be had.
   */
  order<T>(consumer: string, work: (at: ConsumerAtRest) => Promise<T>): Promise<T>
  /** Makes it begin anew; resolves once that is certain, and not only when all rows are there. Rejects as `order` does. */
  startOver(consumer: string): Promise<void>
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
  const orders = new Map(consumers.map((consumer) => [consumer.id, createConsumerOrders()]))
  const resting = new Set(paused)
  let running: AbortSignal | undefined
  const tasks = new Set<Promise<void>>()

  const ordersOf = ({ id }: LaneConsumer): ConsumerOrders => orders.get(id) ?? createConsumerOrders()
  const onRetry = (consumer: LaneConsumer, failure: Failure, delayMs: number): void => {
    ordersOf(consumer).refuse(new FailureError(failure))
    deps.onRetry(consumer, failure, delayMs)
  }
  const onHalt = (consumer: LaneConsumer, error: unknown): void => {
    halted.add(consumer.id)
    ordersOf(consumer).refuse(error)
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
        run: (signal) => runConsumer(laneDeps, consumer, lane, ordersOf(consumer), signal),
        onRetry: (failure, delayMs) => onRetry(consumer, failure, delayMs),
        onHalt: (_failure, error) => onHalt(consumer, error),
      },
      AbortSignal.any([running, stop.signal]),
    ).finally(() => {
      alone.delete(consumer.id)
      tasks.delete(task)
      if (halted.has(consumer.id)) return
      // Paused while the lane was letting it in.
      if (resting.has(consumer.id)) return rest(consumer)
      // The lane emptied meanwhile, or a pause was taken back before it had taken effect: it begins again.
      if (!lane.members.has(consumer.id)) bringIn(consumer)
      else if (!ordersOf(consumer).isEmpty) takeOut(consumer)
    })
    tasks.add(task)
  }
  /** What the lane says of its members until it lets one go must not stay the last word. */
  const rest = (consumer: LaneConsumer): void => {
    const shown = (): void => {
      if (resting.has(consumer.id)) consumer.gauge.state('paused')
    }
    if (lane.members.has(consumer.id)) lane.leave(consumer.id, shown)
    shown()
  }
  const takeOut = (consumer: LaneConsumer): void => lane.leave(consumer.id, () => bringIn(consumer))
  const bringIn = (consumer: LaneConsumer): void => {
    if (running?.aborted || resting.has(consumer.id)) return
    if (lane.members.size > 0 || !ordersOf(consumer).isEmpty) catchUp(consumer)
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

  const runLane = (signal: AbortSignal): Promise<void> =>
    supervise(
      {
        clock,
        random,
        object: deps.object,
        run: (inner) => lane.run(inner),
        onRetry: (failure, delayMs) => {
          for (const consumer of lane.members.values()) onRetry(consumer, failure, delayMs)
        },
        onHalt: (_failure, error) => {
          for (const consumer of [...lane.members.values()]) {
            lane.drop(consumer.id)
            onHalt(consumer, error)
          }
        },
      },
      signal,
    )

  return {
    async run(signal) {
      running = signal
      // Nothing is made in a destination before there is something to bring: a start that fails leaves nothing behind.
      while (!signal.aborted && deps.store.sources.read(deps.source) === undefined) {
        await deps.wake.wait(signal, 1_000)
      }
      while (!signal.aborted) {
        // Nobody is in it: whoever enters does not find a connection attempt that began before him, and fails with it.
        if (lane.members.size > 0) await runLane(signal)
        await changed.wait(signal, 60_000)
      }
      await Promise.allSettled([...tasks])
    },
    pause(id) {
      resting.add(id)
      const consumer = consumers.find((one) => one.id === id)
      if (consumer === undefined) return
      ordersOf(consumer).refuse(isPaused(id))
      alone.get(id)?.abort()
      rest(consumer)
    },
    resume(id) {
      resting.delete(id)
      const consumer = consumers.find((one) => one.id === id)
      if (consumer === undefined) return
      consumer.limit.reset()
      halted.delete(id)
      if (!lane.members.has(id)) bringIn(consumer)
      else if (ordersOf(consumer).isEmpty) lane.stay(id)
      changed.wake()
    },
    order: async (id, work) => take(id, (orders) => orders.give(work)),
    startOver: async (id) =>
      take(id, (orders, consumer) => orders.giveFirst((session) => startOver(deps, consumer, session))),
  }

  function take<T>(id: string, give: (orders: ConsumerOrders, consumer: LaneConsumer) => Promise<T>): Promise<T> {
    const consumer = consumers.find((one) => one.id === id)
    if (consumer === undefined) throw new Error(`Cannot order anything for ${id}: it is not in this lane`)
    if (resting.has(id)) throw isPaused(id)
    if (running === undefined || deps.store.sources.read(deps.source) === undefined) throw isNotBegun(id)
    const done = give(ordersOf(consumer), consumer)
    halted.delete(id)
    const task = alone.get(id)
    if (task !== undefined) task.abort()
    else if (lane.members.has(id)) takeOut(consumer)
    else bringIn(consumer)
    return done
  }
}

function isPaused(consumer: string): FailureError {
  return refusal(consumer, `Cannot do that with ${consumer}: it is paused`, 'Resume it first.')
}

function isNotBegun(consumer: string): FailureError {
  return refusal(
    consumer,
    `Cannot do that with ${consumer}: its source has not been reached yet`,
    'Wait until it has been.',
  )
}
