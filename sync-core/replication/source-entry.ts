import type { Clock } from '../domain/clock.ts'
import type { Failure } from '../domain/failure.ts'
import { formatLsn, type Lsn } from '../domain/lsn.ts'
import type { SourceDefinition } from '../domain/manifest.ts'
import type { ChangeStream } from '../domain/source.ts'
import type { SourceState, SourceStatus, WalStatus } from '../domain/status.ts'
import type { SourceGauge } from './gauges.ts'

/** What is known of a source: set by its gauge, read into a status when somebody looks. */
export interface SourceEntry {
  state: SourceState
  failure: Failure | undefined
  retryAt: number | undefined
  stream: ChangeStream | undefined
  receivedLsn: Lsn | undefined
  confirmedLsn: Lsn | undefined
  retainedBytes: number | undefined
  wal: WalStatus | undefined
  busySince: number | undefined
  rowChangesBefore: number
  serverVersion: string | undefined
  cut: boolean
  whole: boolean | undefined
}

export function createSourceEntry(): SourceEntry {
  return {
    state: 'starting',
    failure: undefined,
    retryAt: undefined,
    stream: undefined,
    receivedLsn: undefined,
    confirmedLsn: undefined,
    retainedBytes: undefined,
    wal: undefined,
    busySince: undefined,
    rowChangesBefore: 0,
    serverVersion: undefined,
    cut: false,
    whole: undefined,
  }
}

/** Where the source's loop says what it does. */
export function sourceGauge(
  entry: SourceEntry,
  clock: Clock,
  changed: () => void,
  ofSchemas: Pick<SourceGauge, 'schema' | 'backfillWaits' | 'contractFault'>,
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
    walHeld(retainedBytes, wal) {
      Object.assign(entry, { retainedBytes, wal })
      changed()
    },
  }
}

export function readSource(source: SourceDefinition, entry: SourceEntry | undefined, at: number): SourceStatus {
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
    wal: entry?.wal,
    lagMs: entry?.busySince === undefined ? 0 : Math.max(0, at - entry.busySince),
    rowChanges: (entry?.rowChangesBefore ?? 0) + (stream?.rowChanges ?? 0),
    serverVersion: entry?.serverVersion,
  }
}
