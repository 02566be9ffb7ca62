import type { EngineStatus, SourceStatus } from '../domain/status.ts'
import { isRecoverable } from '../replication/keep-source.ts'

/**
 * Whether the start has failed for good: no source runs, each is halted or its slot is another engine's, and no
 * consumer has anything left to write. A source that ran once is not counted: what halts later, or loses its slot for
 * a while, is a state to be seen, not a reason to end; nor is what "rejot recover" repairs in a running engine.
 */
export function nothingRuns({ sources, consumers }: EngineStatus): boolean {
  const neverRan = sources.every((source) => source.receivedLsn === undefined && (isHalted(source) || isTaken(source)))
  return neverRan && consumers.every(({ state, pending }) => state === 'halted' || pending === 0)
}

/** Another engine follows it: said by the source itself once it has waited a moment for a former run's connection. */
export function isTaken({ failure }: SourceStatus): boolean {
  return failure?.kind === 'slot-in-use'
}

function isHalted({ state, failure }: SourceStatus): boolean {
  return state === 'halted' && (failure === undefined || !isRecoverable(failure))
}
