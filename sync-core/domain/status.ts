import type { Failure } from './failure.ts'

/** Set by run-source (`connecting`, `backfilling`, `catching-up`, `streaming`) and by supervise (the others). */
export type SourceState =
  | 'starting'
  | 'connecting'
  | 'backfilling'
  | 'catching-up'
  | 'streaming'
  | 'retrying'
  | 'halted'
  | 'stopped'

/** Set by run-consumer (`connecting`, `catching-up`, `streaming`, `paused`) and by supervise (the others). */
export type ConsumerState =
  | 'starting'
  | 'connecting'
  | 'catching-up'
  | 'streaming'
  | 'paused'
  | 'retrying'
  | 'halted'
  | 'stopped'

/** What a slot holds on its server, and when that becomes too much. */
export interface WalStatus {
  /** Set for the connection, or what the server keeps at most. */
  readonly limitBytes: number
  /** Of the last minute; below 0 while a backlog is read. */
  readonly growthBytesPerSecond: number
  /** Until the limit, if it goes on like that; `undefined` when it does not grow. */
  readonly fullInMs: number | undefined
  readonly warning: boolean
}

export interface SourceStatus {
  readonly id: string
  /** Connection slug. */
  readonly slug: string
  readonly manifest: string
  readonly state: SourceState
  readonly failure: Failure | undefined
  /** When the next try begins, ms since 1970. */
  readonly retryAt: number | undefined
  /** `0/16B3748`; `undefined` before the first connection. */
  readonly receivedLsn: string | undefined
  readonly confirmedLsn: string | undefined
  /** WAL that the slot holds on the server. */
  readonly retainedBytes: number | undefined
  /** How near that is to a limit; absent before the first look. */
  readonly wal?: WalStatus | undefined
  /** Age of the oldest committed change received that is not in the event store, ms. */
  readonly lagMs: number
  /** Row changes received, since the engine started. */
  readonly rowChanges: number
  readonly serverVersion: string | undefined
}

export interface PublicSchemaStatus {
  readonly id: string
  readonly name: string
  readonly manifest: string
  readonly version: string
  readonly source: string
  /** What a sampled row has against the contract, such as a NULL that was promised not to come; a sentence. */
  readonly contractFault?: string | undefined
  /** Halted by this: the others of its source go on, and so does it by itself once that is mended. */
  readonly failure?: Failure | undefined
  /** Events appended since the engine started. */
  readonly events: number
  readonly backfill: {
    readonly state: 'waiting' | 'running' | 'done' | 'skipped'
    /** Grows by one each time the rows are copied anew; 0 before the first time. */
    readonly generation: number
    /** `the transaction of PID 4711`: what was written before a table was published is not to be seen until it ends. */
    readonly waitsFor?: string | undefined
    readonly rowsDone: number
    readonly rowsEstimated: number
  }
}

export interface ConsumerStatus {
  readonly id: string
  readonly name: string
  readonly manifest: string
  readonly publicSchema: string
  /** `<manifest>/<connection slug>` of its destination. */
  readonly destination: string
  readonly state: ConsumerState
  readonly failure: Failure | undefined
  readonly retryAt: number | undefined
  /** What the destination is known to have. */
  readonly offset: number
  readonly head: number
  readonly pending: number
  readonly deadLetters: number
  /**
   * Events that wait for others to arrive at the destination: parents of a foreign key, the former owner of a unique value.
   * Of a consumer of every version also its dead letters and what waits behind them.
   */
  readonly held: number
  /** Age of the oldest committed change not yet visible at the destination, 0 when none, by the engine's own clock. */
  readonly lagMs: number
  /** Commit received to visible at the destination, ms: median of the last second that had any; `undefined` before the first. */
  readonly latencyMs: number | undefined
  /** Events applied since the engine started. */
  readonly rowsApplied: number
  /** ms since 1970. */
  readonly lastAppliedAt: number | undefined
}

export interface DestinationStatus {
  readonly id: string
  readonly slug: string
  readonly manifest: string
  readonly serverVersion: string | undefined
}

export interface StoreStatus {
  /** Ever stored. */
  readonly events: number
  /** Of the file. */
  readonly bytes: number
  /** Epochs closed since the engine started, each with one wait for the disk. */
  readonly closings: number
  /** Consumers that have not applied what the store would have removed, while it holds more than its limit. */
  readonly heldFor: readonly string[]
}

/** The whole engine at one moment; made at most four times a second. Counters only grow: rates are differences. */
export interface EngineStatus {
  /** ms since 1970. */
  readonly at: number
  readonly startedAt: number
  /** The manifests' files are not what the engine runs any more; a sentence. */
  readonly manifestNote?: string | undefined
  readonly state: 'starting' | 'running' | 'stopping' | 'stopped'
  readonly sources: readonly SourceStatus[]
  readonly publicSchemas: readonly PublicSchemaStatus[]
  readonly consumers: readonly ConsumerStatus[]
  readonly destinations: readonly DestinationStatus[]
  readonly store: StoreStatus
}

/** A line of `rejot sync --json`, and what the window's notices are made of. */
export type Happening =
  | { readonly event: 'started'; readonly pid: number; readonly stateDir: string }
  | { readonly event: 'ready' }
  | {
      readonly event: 'retrying'
      readonly object: string
      readonly kind: string
      readonly inMs: number
      readonly message: string
    }
  | {
      readonly event: 'dead-letter'
      readonly consumer: string
      readonly key: string
      readonly sqlstate: string
      readonly message: string
    }
  | {
      readonly event: 'halted'
      readonly object: string
      readonly kind: string
      readonly solution: string
      readonly message: string
    }
  | { readonly event: 'stopped' }
