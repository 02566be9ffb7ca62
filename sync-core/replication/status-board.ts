import type { Clock } from '../domain/clock.ts'
import type { EventStore } from '../domain/event-store.ts'
import type { Failure } from '../domain/failure.ts'
import { formatLsn, type Lsn } from '../domain/lsn.ts'
import type { ConsumerDefinition, Pipeline, SourceDefinition } from '../domain/manifest.ts'
import { type Offset, zeroOffset } from '../domain/offset.ts'
import { formatVersion, publicSchemaId } from '../domain/public-schema.ts'
import type { ChangeStream } from '../domain/source.ts'
import type {
  ConsumerState,
  ConsumerStatus,
  EngineStatus,
  Happening,
  SourceState,
  SourceStatus,
} from '../domain/status.ts'
import type { ConsumerGauge, SourceGauge } from './gauges.ts'

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
    const hasCopied = status.publicSchemas.every(
      ({ backfill }) => backfill.state === 'done' || backfill.state === 'skipped',
    )
    if (!hasCopied || !status.sources.every((source) => source.state === 'streaming')) return
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
            failure: schemaFailures.get(id),
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

export function destinationId({ destination }: ConsumerDefinition): string {
  return `${destination.manifest}/${destination.slug}`
}

interface SourceEntry {
  state: SourceState
  failure: Failure | undefined
  retryAt: number | undefined
  stream: ChangeStream | undefined
  receivedLsn: Lsn | undefined
  confirmedLsn: Lsn | undefined
  retainedBytes: number | undefined
  busySince: number | undefined
  rowChangesBefore: number
  serverVersion: string | undefined
  cut: boolean
  whole: boolean | undefined
}

interface ConsumerEntry {
  state: ConsumerState
  failure: Failure | undefined
  retryAt: number | undefined
  /** `undefined`: the destination has not said it yet. */
  offset: Offset | undefined
  rowsApplied: number
  lastAppliedAt: number | undefined
  /** Milliseconds from received to visible of the live epochs of the second that began at `second`. */
  samples: number[]
  second: number
  latencyMs: number | undefined
}

function createSourceEntry(): SourceEntry {
  return {
    state: 'starting',
    failure: undefined,
    retryAt: undefined,
    stream: undefined,
    receivedLsn: undefined,
    confirmedLsn: undefined,
    retainedBytes: undefined,
    busySince: undefined,
    rowChangesBefore: 0,
    serverVersion: undefined,
    cut: false,
    whole: undefined,
  }
}

function createConsumerEntry(): ConsumerEntry {
  return {
    state: 'starting',
    failure: undefined,
    retryAt: undefined,
    offset: undefined,
    rowsApplied: 0,
    lastAppliedAt: undefined,
    samples: [],
    second: 0,
    latencyMs: undefined,
  }
}

function entryOf<T>(entries: ReadonlyMap<string, T>, id: string): T {
  const entry = entries.get(id)
  if (entry === undefined) throw new Error(`Cannot find ${id} on the status board`)
  return entry
}

function sourceGauge(
  entry: SourceEntry,
  clock: Clock,
  changed: () => void,
  ofSchemas: Pick<SourceGauge, 'schema' | 'backfillWaits'>,
): SourceGauge {
  return {
    ...ofSchemas,
    get cut() {
      return entry.cut
    },
    state(state) {
      if (entry.state === state) return
      entry.state = state
      entry.failure = undefined
      entry.retryAt = undefined
      changed()
    },
    failed(state, failure, retryAt) {
      if (entry.stream !== undefined) entry.rowChangesBefore += entry.stream.rowChanges
      Object.assign(entry, { state, failure, retryAt, stream: undefined, busySince: undefined })
      changed()
    },
    waiting(failure, retryAt) {
      Object.assign(entry, { state: 'retrying', failure, retryAt })
      changed()
    },
    connected(serverVersion) {
      entry.serverVersion = serverVersion
      entry.whole = undefined
      changed()
    },
    received(stream) {
      entry.stream = stream
      entry.receivedLsn = stream.position
      const waiting = stream.peek() !== undefined
      if (!waiting) entry.busySince = undefined
      else entry.busySince ??= clock.now()
      changed()
    },
    stored(stored) {
      entry.confirmedLsn = stored.confirmedLsn
      entry.cut = stored.cut
      entry.whole = !stored.cut
      changed()
    },
    retained(bytes) {
      entry.retainedBytes = bytes
      changed()
    },
  }
}

interface ConsumerCalls {
  connected(version: string): void
  deadLetter(key: string, sqlstate: string, message: string): void
}

function consumerGauge(entry: ConsumerEntry, clock: Clock, changed: () => void, calls: ConsumerCalls): ConsumerGauge {
  return {
    state(state) {
      if (entry.state === state) return
      Object.assign(entry, { state, failure: undefined, retryAt: undefined })
      changed()
    },
    failed(state, failure, retryAt) {
      Object.assign(entry, { state, failure, retryAt })
      changed()
    },
    connected: calls.connected,
    at(offset) {
      entry.offset = offset
      changed()
    },
    applied(events, epochs) {
      const now = clock.now()
      entry.rowsApplied += events
      entry.lastAppliedAt = now
      const second = Math.floor(now / 1_000)
      if (second !== entry.second) Object.assign(entry, { second, samples: [] })
      for (const epoch of epochs) if (epoch.kind === 'live') entry.samples.push(Math.max(0, now - epoch.receivedAt))
      entry.latencyMs = median(entry.samples) ?? entry.latencyMs
      changed()
    },
    deadLetter(refusal) {
      calls.deadLetter(refusal.key, refusal.failure.sqlstate ?? '', refusal.failure.message)
      changed()
    },
  }
}

function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
}

function readSource(source: SourceDefinition, entry: SourceEntry | undefined, at: number): SourceStatus {
  const { stream } = entry ?? {}
  const position = stream?.position ?? entry?.receivedLsn
  return {
    id: source.id,
    slug: source.connection.slug,
    manifest: source.connection.manifest,
    state: entry?.state ?? 'starting',
    failure: entry?.failure,
    retryAt: entry?.retryAt,
    receivedLsn: position === undefined ? undefined : formatLsn(position),
    confirmedLsn: entry?.confirmedLsn === undefined ? undefined : formatLsn(entry.confirmedLsn),
    retainedBytes: entry?.retainedBytes,
    lagMs: entry?.busySince === undefined ? 0 : Math.max(0, at - entry.busySince),
    rowChanges: (entry?.rowChangesBefore ?? 0) + (stream?.rowChanges ?? 0),
    serverVersion: entry?.serverVersion,
  }
}

function readConsumer(
  consumer: ConsumerDefinition,
  entry: ConsumerEntry | undefined,
  store: EventStore,
  at: number,
  sources: readonly SourceStatus[],
): ConsumerStatus {
  const offset = entry?.offset ?? zeroOffset
  const schema = publicSchemaId(consumer.publicSchema)
  const pending = store.pending(consumer.sourceId, [schema], offset)
  const [oldest] = pending > 0 ? store.epochsAfter(consumer.sourceId, offset, 1) : []
  const sourceLagMs = sources.find((source) => source.id === consumer.sourceId)?.lagMs ?? 0
  return {
    id: consumer.id,
    name: consumer.schema.name,
    manifest: consumer.schema.manifest,
    publicSchema: schema,
    destination: destinationId(consumer),
    state: entry?.state ?? 'starting',
    failure: entry?.failure,
    retryAt: entry?.retryAt,
    offset,
    head: store.head(consumer.sourceId),
    pending,
    deadLetters: store.deadLetters.count(consumer.id),
    held: store.held.count(consumer.id),
    lagMs: oldest === undefined ? sourceLagMs : Math.max(0, at - oldest.receivedAt),
    latencyMs: entry?.latencyMs,
    rowsApplied: entry?.rowsApplied ?? 0,
    lastAppliedAt: entry?.lastAppliedAt,
  }
}
