import type { Clock } from '../domain/clock.ts'
import type { EventStore } from '../domain/event-store.ts'
import { FailureError } from '../domain/failure.ts'
import type { Log } from '../domain/log.ts'
import type { Manifest } from '../domain/manifest.ts'
import { type Offset, zeroOffset } from '../domain/offset.ts'
import type { HistoryLimits } from '../domain/retention.ts'

const defaultHistory: HistoryLimits = { maxAgeMs: 7 * 86_400_000, maxBytes: 2_000_000_000 }

/** There is one store for all manifests: what one of them wants to keep is kept. */
export function historyLimits(manifests: readonly Pick<Manifest, 'history'>[]): HistoryLimits {
  const largest = (limit: keyof HistoryLimits): number => {
    const stated = manifests.flatMap(({ history }) => history?.[limit] ?? [])
    return stated.length === 0 ? defaultHistory[limit] : Math.max(...stated)
  }
  return { maxAgeMs: largest('maxAgeMs'), maxBytes: largest('maxBytes') }
}

export interface HistoryConsumer {
  readonly id: string
  readonly source: string
}

export interface HistoryDeps {
  readonly store: EventStore
  readonly clock: Clock
  readonly log: Log
  readonly limits: HistoryLimits
  readonly consumers: readonly HistoryConsumer[]
  /** Where the consumer's destination is known to be; `undefined` before it has been asked. */
  readonly positionOf: (consumer: string) => Offset | undefined
  /** Consumers for which the store holds more than its limit; called when they change. */
  readonly onHeld: (consumers: readonly string[]) => void
}

export interface HistoryKeeper {
  /**
   * Removes some history of a source, for a few milliseconds and not too often; called between its epochs. Returns
   * how long it need not be called again, in ms.
   */
  tend(source: string): number
  /** Writes down where the consumers are, for the next start. */
  save(): void
}

/** A small part of the loop's time, also under load. */
const budgetMs = 4
const pauseMs = 50
/** Nothing to do: when it is looked again. */
const restMs = 1_000
const saveEveryMs = 30_000

/**
 * Keeps the event store to its limits without taking from a consumer what it has not applied: a store that has to hold
 * more says for whom.
 */
export function createHistoryKeeper(deps: HistoryDeps): HistoryKeeper {
  const { store, clock, log, limits, consumers } = deps
  const dueAt = new Map<string, number>()
  const held = new Map<string, readonly string[]>()
  let said = ''
  let savedAt = clock.monotonicMs()

  const say = (source: string, waitingFor: readonly string[]): void => {
    held.set(source, waitingFor)
    const all = [...held.values()].flat()
    if (all.join() === said) return
    said = all.join()
    deps.onHeld(all)
    if (all.length === 0) log.info('Event store: within its limit again')
    else {
      const megabytes = Math.round(store.retention.usedBytes() / 1_000_000)
      log.warn(
        `The event store holds ${megabytes} MB, more than its limit, until ${all.join(' and ')} has applied the rest`,
      )
    }
  }

  const forget = (source: string): number => {
    const waiting = consumers.filter((consumer) => consumer.source === source)
    const places = new Map(waiting.map(({ id }) => [id, placeOf(deps, id)]))
    const applied = Math.min(...places.values(), store.head(source)) as Offset
    const forgotten = store.retention.forget({
      source,
      applied,
      storedBefore: clock.now() - limits.maxAgeMs,
      maxBytes: limits.maxBytes,
      budgetMs,
    })
    if (forgotten === 'more') return pauseMs
    const isTooMuch = forgotten === 'held' && store.retention.usedBytes() > limits.maxBytes
    say(source, isTooMuch ? [...places].filter(([, place]) => place === applied).map(([id]) => id) : [])
    return store.retention.shrink(budgetMs) ? pauseMs : restMs
  }

  const save = (): void => {
    for (const { id } of consumers) {
      const offset = deps.positionOf(id)
      const known = store.consumers.read(id)
      if (offset === undefined || known === undefined || known.offset === offset) continue
      store.consumers.save({ ...known, offset })
    }
  }

  return {
    tend: (source) => {
      const now = clock.monotonicMs()
      const due = dueAt.get(source) ?? now
      if (due > now) return due - now
      try {
        if (now - savedAt > saveEveryMs) {
          savedAt = now
          save()
        }
        const restsMs = forget(source)
        dueAt.set(source, clock.monotonicMs() + restsMs)
        return restsMs
      } catch (error) {
        // The next epoch cannot be written either, and says so.
        if (!(error instanceof FailureError) || error.failure.kind !== 'disk-full') throw error
        return restMs
      }
    },
    save: () => {
      try {
        save()
      } catch (error) {
        // A store that cannot be written: the next start then holds more than it needs to.
        if (!(error instanceof FailureError)) throw error
      }
    },
  }
}

/**
 * What comes after this is still needed. A consumer that is copying a state needs everything after that state, and where
 * its deletes come along those too; one that nobody has asked needs what it needed when it was seen last, and everything
 * when it never was.
 */
function placeOf({ store, positionOf }: HistoryDeps, consumer: string): Offset {
  const known = store.consumers.read(consumer)
  const offset = positionOf(consumer) ?? known?.offset ?? zeroOffset
  if (known?.takeOver === true || known?.position !== undefined) return offset
  return Math.max(offset, known?.copyTo ?? zeroOffset) as Offset
}
