import type { DestinationSession } from '../domain/destination.ts'
import type { EventStore } from '../domain/event-store.ts'
import { type Offset, zeroOffset } from '../domain/offset.ts'
import type { LaneConsumer } from './lane.ts'

/** Dead letters, or held events, that are looked through before others have their turn. */
const atOnce = 1_000

/**
 * Makes a consumer begin anew: with the rows of the state *where it is*, and then with what comes after that. Not with
 * the state at the head: rows that are deleted between the two would stay at the destination, since a state says nothing
 * of them. Only a consumer that this store knows nothing of begins at the head.
 *
 * Its dead letters and held events go, because their rows are written like all others; but for those of rows that are
 * deleted by now, of which a state says nothing either. They go after the destination has committed: a crash in between
 * leaves them there, and the rows wait behind them as before.
 */
export async function startOver(
  { store, source }: { readonly store: EventStore; readonly source: string },
  consumer: LaneConsumer,
  session: DestinationSession,
): Promise<void> {
  const { id, schema } = consumer
  let state = zeroOffset
  await session.restart(id, store.history, (was) => {
    const known = store.consumers.read(id)
    state = stateToCopy(store, source, schema, was, known?.copyTo)
    consumer.gauge.at(zeroOffset)
    store.consumers.save({ consumer: id, offset: zeroOffset, paused: known?.paused ?? false, copyTo: state })
  })
  // In this order: what is held behind a dead letter would be tried without it.
  forgetHeld(store, consumer, state)
  forgetDeadLetters(store, consumer, state)
}

function stateToCopy(
  store: EventStore,
  source: string,
  schema: string,
  was: Offset | undefined,
  copyTo: Offset | undefined,
): Offset {
  const head = store.head(source)
  const place = Math.max(was ?? zeroOffset, was === undefined ? zeroOffset : (copyTo ?? zeroOffset)) as Offset
  return place > zeroOffset && place <= head && store.retention.completeFrom(schema) <= place ? place : head
}

function forgetDeadLetters(store: EventStore, { id, schema }: LaneConsumer, state: Offset): void {
  const keys = [...store.deadLetters.blockedKeys(id)]
  for (let start = 0; start < keys.length; start += atOnce) {
    store.deadLetters.removeKeys(id, liveOf(store, schema, keys.slice(start, start + atOnce), state))
  }
}

function forgetHeld(store: EventStore, { id, schema }: LaneConsumer, state: Offset): void {
  let after: { readonly key: string; readonly offset: number } | undefined
  do {
    const events = store.held.walk(id, { after, to: state }, atOnce)
    after = events.length < atOnce ? undefined : events.at(-1)
    const live = new Set(liveOf(store, schema, [...new Set(events.map(({ key }) => key))], state))
    store.held.release(
      id,
      events.filter(({ key }) => live.has(key)).map(({ offset }) => offset),
    )
  } while (after !== undefined)
}

function liveOf(store: EventStore, schema: string, keys: readonly string[], state: Offset): readonly string[] {
  return store
    .lastEvents(schema, keys, state)
    .filter(({ operation }) => operation !== 'delete')
    .map(({ key }) => key)
}
