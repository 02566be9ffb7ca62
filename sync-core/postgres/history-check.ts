import type { SourceCheckpoint } from '../domain/checkpoint.ts'
import { formatLsn, type Lsn } from '../domain/lsn.ts'
import { sourceReplaced } from './check-identity.ts'

/** Watches what a stream delivers for the proof that it is the history that was read before. */
export interface HistoryCheck {
  /** A transaction that committed there comes next. Throws a FailureError. */
  commit(commitLsn: Lsn): void
  /** Everything that committed before there has come. Throws a FailureError. */
  reached(position: Lsn): void
}

/**
 * A server that was restored from a copy of its files has the same name, identifier, timeline and slot, and once it has
 * written enough, its WAL reaches past what was read before; only its commits lie elsewhere. So the stream begins where
 * the slot is, not where the event store is, and when the slot is behind the last stored commit, that commit has to
 * come again, at its very place, before anything behind it is believed.
 *
 * When the slot is not behind, what is stored is older than the slot, and any copy of the server shares it.
 */
export function createHistoryCheck(
  slotConfirmed: Lsn,
  known: SourceCheckpoint | undefined,
  object: string,
): HistoryCheck {
  let expected = known !== undefined && slotConfirmed < known.throughLsn ? known.throughLsn : undefined
  const refusePast = (position: Lsn): void => {
    if (expected === undefined || position <= expected) return
    throw sourceReplaced(object, `it has no commit at ${formatLsn(expected)}, which was read from it before`)
  }
  return {
    commit(commitLsn) {
      if (commitLsn === expected) expected = undefined
      else refusePast(commitLsn)
    },
    reached: refusePast,
  }
}
