import type { Epoch, StoredEvent } from '../domain/event.ts'
import type { EventStore } from '../domain/event-store.ts'
import { toOffset, zeroOffset } from '../domain/offset.ts'
import { openEventStore } from '../sqlite/open-event-store.ts'
import { consumerIdOf } from '../testing/pipeline-setting.ts'
import { type ConsumerName, consumerNames, type SchemaName, schemaNames } from './shop.ts'

/** What an event store holds when its engine is gone. */
export interface Stored {
  readonly events: number
  /** Ends of epochs in which a destination is whole: not those of copies and of what is caught up in slices. */
  readonly wholeEnds: ReadonlySet<number>
  /** The rows that the log says there are, as JSON lists of their values, sorted. */
  readonly rows: Readonly<Record<SchemaName, readonly string[]>>
  /** Up to where a consumer began with the rows there were, and is not whole before; 0 where it followed from the first event. */
  readonly copiedTo: Readonly<Record<ConsumerName, number>>
  /** How many events of each purse the tally was to get, deletes included, by its key `[7]`. */
  readonly tallyEvents: ReadonlyMap<string, number>
  /** Of all consumers. */
  readonly deadLetters: number
  readonly held: number
}

const source = '@test/pipeline/shop'
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const pageEvents = 5_000

/** Opens the store of a state folder that no engine holds any more, and reads all of it. */
export function readStored(stateDir: string): Stored {
  const store = openEventStore({ stateDir, log: quiet })
  try {
    const ids = consumerNames.map(consumerIdOf)
    const sum = (count: (consumer: string) => number): number => ids.reduce((all, id) => all + count(id), 0)
    return {
      events: store.size().events,
      wholeEnds: new Set(
        [...allEpochs(store)].filter(({ kind }) => kind === 'live').map(({ lastOffset }) => lastOffset),
      ),
      rows: Object.fromEntries(schemaNames.map((name) => [name, latestRows(store, name)])) as unknown as Stored['rows'],
      copiedTo: Object.fromEntries(
        consumerNames.map((name) => [name, copiedTo(store, name)]),
      ) as unknown as Stored['copiedTo'],
      tallyEvents: countTallyEvents(store),
      deadLetters: sum((id) => store.deadLetters.count(id)),
      held: sum((id) => store.held.count(id)),
    }
  } finally {
    store.close()
  }
}

/** A consumer that was paused before it began does so with the rows there are by then, each once, instead of their history. */
function copiedTo(store: EventStore, name: ConsumerName): number {
  return store.consumers.read(consumerIdOf(name))?.copyTo ?? zeroOffset
}

function countTallyEvents(store: EventStore): ReadonlyMap<string, number> {
  const begun = copiedTo(store, 'tally')
  const counts = new Map<string, number>()
  for (const { key, offset, operation } of allEvents(store, 'purse')) {
    if (offset > begun) counts.set(key, (counts.get(key) ?? 0) + 1)
    else if (operation === 'delete') counts.delete(key)
    else counts.set(key, 1)
  }
  return counts
}

function latestRows(store: EventStore, schema: SchemaName): readonly string[] {
  return [...allEvents(store, schema, 'state')]
    .map(({ payload }) => JSON.stringify(Object.values(JSON.parse(payload) as object)))
    .sort()
}

/** All events of a public schema, or only the state that they end in. */
function* allEvents(store: EventStore, schema: SchemaName, only?: 'state'): Generator<StoredEvent> {
  const head = store.head(source)
  const epochs = [...allEpochs(store)]
  const schemas = [`@test/pipeline/${schema}@1`]
  for (let after = zeroOffset; ; ) {
    const asOf = only === 'state' ? { asOf: head, epochs: [{ id: 0, firstOffset: toOffset(1), lastOffset: head }] } : {}
    const page = store.events({ epochs, schemas, after, limit: pageEvents, maxBytes: 10_000_000, ...asOf })
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    after = last.offset
  }
}

function* allEpochs(store: EventStore): Generator<Epoch> {
  for (let after = zeroOffset; ; ) {
    const page = store.epochsAfter(source, after, pageEvents)
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    after = last.lastOffset
  }
}
