import type { EngineState } from '../../main/contract/contract.ts'
import type { EngineStatus } from '../../sync-core/domain/status.ts'
import { consumerLagMs, type Glyph } from './object-state.ts'

/** The one sentence about everything that the pill in the title bar says. */
export interface SyncSummary {
  readonly glyph: Glyph
  readonly word: string
  /** Largest of the streaming consumers, ms; `undefined` when none streams. */
  readonly lagMs: number | undefined
  readonly counts: {
    readonly retrying: number
    readonly halted: number
    readonly paused: number
    readonly deadLetters: number
  }
  /** WAL that all slots hold. */
  readonly retainedBytes: number | undefined
}

const nothing = { retrying: 0, halted: 0, paused: 0, deadLetters: 0 }

/** The worst that is true stands first: a person looks here to learn whether to look elsewhere. */
export function summarizeSync(engine: EngineState, status: EngineStatus | undefined): SyncSummary {
  const quiet = { lagMs: undefined, counts: nothing, retainedBytes: undefined }
  switch (engine.state) {
    case 'idle':
      return { glyph: 'waiting', word: 'Stopped', ...quiet }
    case 'failed':
      return { glyph: 'failed', word: 'Engine failed', ...quiet }
    case 'restarting':
      return { glyph: 'retrying', word: 'Restarting', ...quiet }
    case 'starting':
      return { glyph: 'running', word: 'Starting', ...quiet }
    case 'stopping':
      return { glyph: 'running', word: 'Stopping', ...quiet }
    case 'running':
      return status === undefined ? { glyph: 'running', word: 'Starting', ...quiet } : summarizeRunning(status)
  }
}

function summarizeRunning(status: EngineStatus): SyncSummary {
  const { sources, consumers, publicSchemas } = status
  const objects = [...sources, ...consumers]
  const counts = {
    retrying: objects.filter(({ state }) => state === 'retrying').length,
    halted: objects.filter(({ state }) => state === 'halted').length,
    paused: consumers.filter(({ state }) => state === 'paused').length,
    deadLetters: consumers.reduce((sum, { deadLetters }) => sum + deadLetters, 0),
  }
  const lags = consumers.flatMap((consumer) => consumerLagMs(consumer) ?? [])
  const retained = sources.flatMap(({ retainedBytes }) => retainedBytes ?? [])
  const rest = {
    lagMs: lags.length === 0 ? undefined : Math.max(...lags),
    counts,
    retainedBytes: retained.length === 0 ? undefined : retained.reduce((sum, bytes) => sum + bytes, 0),
  }
  const filling = publicSchemas.some(({ backfill }) => backfill.state === 'running' || backfill.state === 'waiting')
  if (counts.halted > 0) return { glyph: 'failed', word: `${counts.halted} halted`, ...rest }
  if (counts.retrying > 0) return { glyph: 'retrying', word: `${counts.retrying} retrying`, ...rest }
  if (objects.some(({ state }) => state === 'starting' || state === 'connecting'))
    return { glyph: 'running', word: 'Connecting', ...rest }
  if (filling) return { glyph: 'backfilling', word: 'Backfilling', ...rest }
  if (objects.some(({ state }) => state === 'catching-up')) return { glyph: 'running', word: 'Catching up', ...rest }
  if (consumers.length > 0 && counts.paused === consumers.length) return { glyph: 'paused', word: 'Paused', ...rest }
  return { glyph: 'ok', word: 'Live', ...rest }
}
