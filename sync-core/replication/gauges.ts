import type { Refusal } from '../domain/destination.ts'
import type { Epoch } from '../domain/event.ts'
import type { Failure } from '../domain/failure.ts'
import type { Lsn } from '../domain/lsn.ts'
import type { Offset } from '../domain/offset.ts'
import type { ChangeStream } from '../domain/source.ts'
import type { ConsumerState, SourceState, WalStatus } from '../domain/status.ts'

/** Where a source's loop says what it does; the status board reads it. */
export interface SourceGauge {
  readonly cut: boolean
  state(state: SourceState): void
  failed(state: 'retrying' | 'halted', failure: Failure, retryAt: number | undefined): void
  /** It cannot go on for a while, and keeps its connection. */
  waiting(failure: Failure, retryAt: number): void
  connected(serverVersion: string): void
  received(stream: ChangeStream): void
  stored(stored: { readonly events: number; readonly confirmedLsn: Lsn; readonly cut: boolean }): void
  walHeld(retainedBytes: number, wal: WalStatus): void
  /** A public schema of this source is followed, or is halted by this failure. */
  schema(id: string, failure: Failure | undefined): void
  /** What a sampled row has against the contract. */
  contractFault(schema: string, fault: string | undefined): void
  /** What its backfill waits for before it begins; `undefined`: for nothing. */
  backfillWaits(schema: string, cause: string | undefined): void
}

/** Where a consumer's loop says what it does. */
export interface ConsumerGauge {
  state(state: ConsumerState): void
  failed(state: 'retrying' | 'halted', failure: Failure, retryAt: number | undefined): void
  connected(serverVersion: string): void
  at(offset: Offset): void
  /** Events written, with the epochs that they belong to. */
  applied(events: number, epochs: readonly Epoch[]): void
  deadLetter(refusal: Refusal): void
}
