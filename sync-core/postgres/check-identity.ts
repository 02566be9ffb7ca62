import type { SourceCheckpoint } from '../domain/checkpoint.ts'
import { FailureError, type FailureKind } from '../domain/failure.ts'
import { formatLsn, type Lsn, maxLsn } from '../domain/lsn.ts'
import type { ServerFacts } from './check-source.ts'
import { recoverySolution } from './classify-stream-failure.ts'

/**
 * Whether the server is the one that was left, in a state not before it. A position means something in one history of
 * one cluster only: followed in another, changes would be skipped without a word. Throws a FailureError.
 * An older state that has meanwhile written more than was read is the history check's to notice.
 */
export function checkServer(facts: ServerFacts, known: SourceCheckpoint, object: string): void {
  const { systemIdentifier, timeline } = known.server
  if (facts.server.systemIdentifier !== systemIdentifier) {
    throw sourceReplaced(object, 'another database cluster answers than the one that was followed')
  }
  if (timeline !== 0 && facts.server.timeline !== timeline) {
    throw sourceReplaced(
      object,
      `it was restored or promoted: it is on timeline ${facts.server.timeline}, and was followed on ${timeline}`,
    )
  }
  const reached = maxLsn(known.throughLsn, known.confirmedLsn)
  if (facts.lsn < reached) {
    const state = `it is in an older state, at ${formatLsn(facts.lsn)}, than was read from it (${formatLsn(reached)})`
    throw sourceReplaced(object, state)
  }
}

/**
 * Whether the slot is still where it was left. Only what is on disk here is ever confirmed, so a slot that is ahead was
 * made again or moved by somebody, or the state folder is an older one: what lies between is not stored anywhere.
 */
export function checkSlot(confirmed: Lsn, known: SourceCheckpoint, slotName: string, object: string): void {
  if (confirmed <= known.confirmedLsn) return
  const state = `its slot ${slotName} is at ${formatLsn(confirmed)}, past what is stored (${formatLsn(known.confirmedLsn)})`
  throw refuse(
    'slot-lost',
    object,
    `${state}; it was made again or moved, or the state folder was replaced by an older one`,
  )
}

export function sourceReplaced(object: string, state: string): FailureError {
  return refuse('source-replaced', object, state)
}

export function slotGone(slotName: string, object: string): FailureError {
  return refuse('slot-lost', object, `its slot ${slotName} is gone, and with it the changes since`)
}

export function slotInvalid(slotName: string, object: string): FailureError {
  return refuse('slot-lost', object, `the server has thrown away WAL that its slot ${slotName} still needed`)
}

function refuse(kind: FailureKind, object: string, state: string): FailureError {
  return new FailureError({
    kind,
    policy: 'halt',
    object,
    message: `Cannot follow ${object}: ${state}`,
    solution: recoverySolution(object),
  })
}
