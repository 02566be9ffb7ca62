import type { EngineStatus } from '../domain/status.ts'

/**
 * Whether the start has failed for good: every source is halted, and no consumer has anything left to write. A source
 * that ran once is not counted: what halts later is a state to be seen, not a reason to end.
 */
export function nothingRuns({ sources, consumers }: EngineStatus): boolean {
  const neverRan = sources.every(({ state, receivedLsn }) => state === 'halted' && receivedLsn === undefined)
  return neverRan && consumers.every(({ state, pending }) => state === 'halted' || pending === 0)
}
