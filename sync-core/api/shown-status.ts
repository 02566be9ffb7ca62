import type { WalStatus } from '../domain/status.ts'

/** What `rejot status --json` and `GET /status` give. Its members are fixed: people script it. */
export interface ShownStatus {
  readonly sources: readonly {
    readonly slug: string
    readonly state: string
    readonly receivedLsn: string | null
    readonly confirmedLsn: string | null
    readonly retainedBytes: number | null
    readonly walLimitBytes: number | null
    readonly walGrowthBytesPerSecond: number | null
    /** Until the limit, ms, if it goes on like that. */
    readonly walFullInMs: number | null
    readonly walWarning: boolean
    readonly lagMs: number
  }[]
  readonly consumers: readonly {
    readonly name: string
    readonly manifest: string
    readonly state: string
    readonly offset: number
    readonly head: number
    readonly pending: number
    readonly deadLetters: number
    readonly held: number
    readonly lagMs: number
  }[]
}

/** An `EngineStatus`, or what of one an older version wrote. */
export interface StatusToShow {
  readonly sources: readonly {
    readonly slug: string
    readonly state: string
    readonly receivedLsn?: string | undefined
    readonly confirmedLsn?: string | undefined
    readonly retainedBytes?: number | undefined
    readonly wal?: (Omit<WalStatus, 'fullInMs'> & { readonly fullInMs?: number | undefined }) | undefined
    readonly lagMs: number
  }[]
  readonly consumers: ShownStatus['consumers']
}

/** `stopped`: the engine that wrote it runs no more, whatever it says. */
export function shownStatus({ sources, consumers }: StatusToShow, stopped: boolean): ShownStatus {
  const stateOf = (state: string) => (stopped ? 'stopped' : state)
  return {
    sources: sources.map(({ slug, state, receivedLsn, confirmedLsn, retainedBytes, wal, lagMs }) => ({
      slug,
      state: stateOf(state),
      receivedLsn: receivedLsn ?? null,
      confirmedLsn: confirmedLsn ?? null,
      retainedBytes: retainedBytes ?? null,
      walLimitBytes: wal?.limitBytes ?? null,
      walGrowthBytesPerSecond: wal?.growthBytesPerSecond ?? null,
      walFullInMs: wal?.fullInMs ?? null,
      walWarning: wal?.warning ?? false,
      lagMs,
    })),
    consumers: consumers.map(({ name, manifest, state, offset, head, pending, deadLetters, held, lagMs }) => ({
      name,
      manifest,
      state: stateOf(state),
      offset,
      head,
      pending,
      deadLetters,
      held,
      lagMs,
    })),
  }
}
