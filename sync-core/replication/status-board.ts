import type { Clock } from '../domain/clock.ts'
import type { EventStore } from '../domain/event-store.ts'
import type { Failure } from '../domain/failure.ts'
import type { Pipeline } from '../domain/manifest.ts'
import type { Offset } from '../domain/offset.ts'
import { formatVersion, publicSchemaId, versionsId } from '../domain/public-schema.ts'
import type { ConsumerStatus, EngineStatus, Happening } from '../domain/status.ts'
import { consumerGauge, createConsumerEntry, destinationId, readConsumer } from './consumer-entry.ts'
import type { ConsumerGauge, SourceGauge } from './gauges.ts'
import { createSourceEntry, readSource, sourceGauge } from './source-entry.ts'

/** At most four times a second. */
const noticeMs = 250

export interface StatusBoard {
  sourceGauge(id: string): SourceGauge
  consumerGauge(id: string): ConsumerGauge
  /** Whether a consumer is in its lane and as far as the lane. */
  streams(consumer: string): boolean
  /** Whether a source's last epoch since it was connected held everything that its snapshot saw; `undefined` before the first. */
  isWhole(source: string): boolean | undefined
  engine(state: EngineStatus['state']): void
  manifestNote(note: string | undefined): void
  /** Where a consumer's destination is known to be; `undefined` before it has been asked. */
  positionOf(consumer: string): Offset | undefined
  /** Consumers for which the event store holds more than its limit. */
  held(consumers: readonly string[]): void
  read(): EngineStatus
  onStatus(listener: (status: EngineStatus) => void): () => void
  onHappening(listener: (happening: Happening) => void): () => void
  happen(happening: Happening): void
  close(): void
}

/** What the whole engine is doing, gathered from its loops; made into a status only when somebody looks. */
export function createStatusBoard(pipeline: Pipeline, store: EventStore, clock: Clock): StatusBoard {
  const startedAt = clock.now()
  let engineState: EngineStatus['state'] = 'starting'
  let manifestNote: string | undefined
  let timer: NodeJS.Timeout | undefined
  let ready = false
  let heldFor: readonly string[] = []
  let headsToReach: ReadonlyMap<string, number> | undefined
  const statusListeners = new Set<(status: EngineStatus) => void>()
  const happeningListeners = new Set<(happening: Happening) => void>()
  const sources = new Map(pipeline.sources.map((source) => [source.id, createSourceEntry()]))
  const consumers = new Map(pipeline.consumers.map((consumer) => [consumer.id, createConsumerEntry()]))
  const destinationVersions = new Map<string, string>()
  const schemaFailures = new Map<string, Failure>()
  const backfillWaits = new Map<string, string>()
  const contractFaults = new Map<string, string>()

  const changed = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined
      const status = read()
      for (const listener of statusListeners) listener(status)
      announceReady(status)
    }, noticeMs)
  }
  const happen = (happening: Happening): void => {
    for (const listener of happeningListeners) listener(happening)
  }
  /** Once: every source streams, every backfill is done, every consumer has reached the head seen then. */
  const announceReady = (status: EngineStatus): void => {
    if (ready || engineState !== 'running') return
    const hasCopied = status.publicSchemas.every(({ backfill }) => isCopied(backfill.state))
    const hasVersions = pipeline.sources.every(({ everyVersion = [] }) =>
      everyVersion.every((id) => isCopied(store.sources.backfill(versionsId(id))?.state)),
    )
    if (!hasCopied || !hasVersions || !status.sources.every((source) => source.state === 'streaming')) return
    headsToReach ??= new Map(status.consumers.map((consumer) => [consumer.id, consumer.head]))
    const hasReached = ({ id, state, offset }: ConsumerStatus): boolean =>
      state === 'paused' ||
      (offset >= (headsToReach?.get(id) ?? 0) && (state === 'streaming' || state === 'catching-up'))
    if (!status.consumers.every(hasReached)) return
    ready = true
    happen({ event: 'ready' })
  }

  const read = (): EngineStatus => {
    const at = clock.now()
    const sourceStatuses = pipeline.sources.map((source) => readSource(source, sources.get(source.id), at))
    return {
      at,
      startedAt,
      state: engineState,
      manifestNote,
      sources: sourceStatuses,
      publicSchemas: pipeline.sources.flatMap((source) =>
        source.publicSchemas.map((schema) => {
          const id = publicSchemaId(schema)
          const backfill = store.sources.backfill(id)
          return {
            id,
            name: schema.name,
            manifest: schema.manifest,
            version: formatVersion(schema.version),
            source: source.id,
            failure: schemaFailures.get(id) ?? schemaFailures.get(versionsId(id)),
            contractFault: contractFaults.get(id),
            events: store.eventsOf(id),
            backfill: {
              state: backfillWaits.has(id) ? ('waiting' as const) : (backfill?.state ?? ('waiting' as const)),
              waitsFor: backfillWaits.get(id),
              generation: backfill?.generation ?? 0,
              rowsDone: backfill?.rowsDone ?? 0,
              rowsEstimated: backfill?.rowsEstimated ?? 0,
            },
          }
        }),
      ),
      consumers: pipeline.consumers.map((consumer) =>
        readConsumer(consumer, consumers.get(consumer.id), store, at, sourceStatuses),
      ),
      destinations: [...new Map(pipeline.consumers.map((one) => [destinationId(one), one.destination])).values()].map(
        (connection) => ({
          id: `${connection.manifest}/${connection.slug}`,
          slug: connection.slug,
          manifest: connection.manifest,
          serverVersion: destinationVersions.get(`${connection.manifest}/${connection.slug}`),
        }),
      ),
      store: { ...store.size(), heldFor },
    }
  }

  const setting =
    <T>(map: Map<string, T>) =>
    (key: string, value: T | undefined): void => {
      if (map.get(key) === value) return
      if (value === undefined) map.delete(key)
      else map.set(key, value)
      changed()
    }

  const listen = <T>(set: Set<T>, listener: T): (() => void) => {
    set.add(listener)
    return () => set.delete(listener)
  }

  return {
    sourceGauge: (id) =>
      sourceGauge(entryOf(sources, id), clock, changed, {
        schema: setting(schemaFailures),
        backfillWaits: setting(backfillWaits),
        contractFault: setting(contractFaults),
      }),
    consumerGauge(id) {
      const definition = pipeline.consumers.find((consumer) => consumer.id === id)
      return consumerGauge(entryOf(consumers, id), clock, changed, {
        connected: (version) => definition && destinationVersions.set(destinationId(definition), version),
        deadLetter: (key, sqlstate, message) => happen({ event: 'dead-letter', consumer: id, key, sqlstate, message }),
      })
    },
    streams: (id) => consumers.get(id)?.state === 'streaming',
    isWhole: (id) => sources.get(id)?.whole,
    engine(state) {
      engineState = state
      changed()
    },
    manifestNote(note) {
      manifestNote = note
      changed()
    },
    positionOf: (consumer) => consumers.get(consumer)?.offset,
    held(consumerIds) {
      heldFor = consumerIds
      changed()
    },
    read,
    onStatus: (listener) => listen(statusListeners, listener),
    onHappening: (listener) => listen(happeningListeners, listener),
    happen,
    close() {
      clearTimeout(timer)
      timer = undefined
      const status = read()
      for (const listener of statusListeners) listener(status)
    },
  }
}

function isCopied(state: string | undefined): boolean {
  return state === 'done' || state === 'skipped'
}

function entryOf<T>(entries: ReadonlyMap<string, T>, id: string): T {
  const entry = entries.get(id)
  if (entry === undefined) throw new Error(`Cannot find ${id} on the status board`)
  return entry
}
