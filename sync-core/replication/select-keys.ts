import type { Clock } from '../domain/clock.ts'
import type { EventStore } from '../domain/event-store.ts'
import { type Offset, toOffset, zeroOffset } from '../domain/offset.ts'
import type { ReplaySelection } from '../domain/replay.ts'
import type { BatchConsumer } from './batch.ts'

/** More than this is not one replay. */
export const mostKeys = 100_000
/** Offsets, or dead letters, that are looked at before others have their turn. */
const windowSize = 10_000

/** Public row keys that a selection means, up to where the consumer is; `undefined` when they are more than `mostKeys`. */
export async function selectKeys(
  { store, clock }: { readonly store: EventStore; readonly clock: Clock },
  consumer: Pick<BatchConsumer, 'id' | 'schema'>,
  selection: ReplaySelection,
  upTo: Offset,
): Promise<readonly string[] | undefined> {
  if ('key' in selection) return keyForms(selection.key)
  const keys = new Set<string>()
  const windows =
    'deadLetters' in selection
      ? deadKeys(store, consumer.id, selection.deadLetters)
      : rangeKeys(store, consumer.schema, selection, upTo)
  for (const window of windows) {
    for (const key of window) keys.add(key)
    if (keys.size > mostKeys) return undefined
    await clock.sleep(0)
  }
  return [...keys]
}

/** A key of one column may be given as its value: a number and a text look alike then. */
function keyForms(key: string): readonly string[] {
  if (key.trimStart().startsWith('[')) return [key]
  return [`[${key}]`, `[${JSON.stringify(key)}]`]
}

function* rangeKeys(
  store: EventStore,
  schema: string,
  range: { readonly from: Offset; readonly to: Offset },
  upTo: Offset,
): Iterable<readonly string[]> {
  const end = Math.min(range.to, upTo)
  for (let from: number = range.from; from <= end; from += windowSize) {
    yield store.keysBetween(schema, toOffset(from), toOffset(Math.min(end, from + windowSize - 1)))
  }
}

function* deadKeys(
  store: EventStore,
  consumer: string,
  selection: Extract<ReplaySelection, { readonly deadLetters: unknown }>['deadLetters'],
): Iterable<readonly string[]> {
  for (let after = zeroOffset; ; ) {
    const letters = store.deadLetters.select(consumer, selection, after, windowSize)
    yield letters.map(({ key }) => key)
    const last = letters.at(-1)
    if (last === undefined || letters.length < windowSize) return
    after = last.offset
  }
}
