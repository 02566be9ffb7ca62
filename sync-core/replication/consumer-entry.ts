import type { Clock } from '../domain/clock.ts'
import type { EventStore } from '../domain/event-store.ts'
import type { Failure } from '../domain/failure.ts'
import { type ConsumerDefinition, eventsTakenBy } from '../domain/manifest.ts'
import { type Offset, zeroOffset } from '../domain/offset.ts'
import { publicSchemaId } from '../domain/public-schema.ts'
import type { ConsumerState, ConsumerStatus, SourceStatus } from '../domain/status.ts'
import type { ConsumerGauge } from './gauges.ts'

/** What is known of a consumer: set by its gauge, read into a status when somebody looks. */
export interface ConsumerEntry {
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

export function createConsumerEntry(): ConsumerEntry {
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

interface ConsumerCalls {
  connected(version: string): void
  deadLetter(key: string, sqlstate: string, message: string): void
}

/** Where the consumer's loop says what it does. */
export function consumerGauge(
  entry: ConsumerEntry,
  clock: Clock,
  changed: () => void,
  calls: ConsumerCalls,
): ConsumerGauge {
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
      if (second !== entry.second) Object.assign(entry, { second, samples: [], latencyMs: latencyOf(entry) })
      for (const epoch of epochs) if (epoch.kind === 'live') entry.samples.push(Math.max(0, now - epoch.receivedAt))
      changed()
    },
    deadLetter(refusal) {
      calls.deadLetter(refusal.key, refusal.failure.sqlstate ?? '', refusal.failure.message)
      changed()
    },
  }
}

export function readConsumer(
  consumer: ConsumerDefinition,
  entry: ConsumerEntry | undefined,
  store: EventStore,
  at: number,
  sources: readonly SourceStatus[],
): ConsumerStatus {
  const offset = entry?.offset ?? zeroOffset
  const schema = publicSchemaId(consumer.publicSchema)
  const pending = store.pending(consumer.sourceId, [eventsTakenBy(consumer)], offset)
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
    head: store.closedHead(consumer.sourceId),
    pending,
    deadLetters: store.deadLetters.count(consumer.id),
    held: store.held.count(consumer.id),
    lagMs: oldest === undefined ? sourceLagMs : Math.max(0, at - oldest.receivedAt),
    latencyMs: entry && latencyOf(entry),
    rowsApplied: entry?.rowsApplied ?? 0,
    lastAppliedAt: entry?.lastAppliedAt,
  }
}
export function destinationId({ destination }: ConsumerDefinition): string {
  return `${destination.manifest}/${destination.slug}`
}

/** Sorted only when somebody looks: a busy lane has a sample for each millisecond. */
function latencyOf({ samples, latencyMs }: ConsumerEntry): number | undefined {
  return median(samples) ?? latencyMs
}

function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
}
