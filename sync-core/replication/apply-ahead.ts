import type { DestinationSession, DestinationTransaction } from '../domain/destination.ts'
import type { Epoch } from '../domain/event.ts'
import type { EpochUnderWay, EventStore } from '../domain/event-store.ts'
import type { Offset } from '../domain/offset.ts'
import { applyPages } from './apply-batch.ts'
import type { BatchConsumer } from './batch.ts'
import type { Wake } from './wake.ts'

export interface AheadDeps {
  readonly source: string
  readonly store: EventStore
  readonly session: DestinationSession
  /** In name order. */
  readonly consumers: readonly BatchConsumer[]
  /** What the destination's rows say. */
  readonly from: Offset
  readonly wake: Wake
  /** ms since 1970. */
  readonly now: () => number
}

export type AheadResult =
  | { readonly done: true; readonly epoch: Epoch; readonly applied: ReadonlyMap<string, number> }
  /** Everything was taken back; the epoch has to be applied when it is closed. */
  | { readonly done: false }

/** Longest wait for a chunk before looking whether the epoch has ended. */
const chunkWaitMs = 200

/**
 * Writes a large epoch while it is still being stored, in one transaction that commits only once the epoch is closed:
 * the destination works on its beginning while the source gives its end. Whatever speaks against the epoch meanwhile
 * (it is discarded, or a chunk takes back what was read) takes the transaction back.
 */
export async function applyAhead(deps: AheadDeps, epochId: number, signal: AbortSignal): Promise<AheadResult> {
  const transaction = await deps.session.begin(
    deps.consumers.map((consumer) => consumer.id),
    deps.from,
  )
  try {
    const result = await follow(deps, transaction, epochId, signal)
    if (result.done) await transaction.commit(result.epoch.lastOffset)
    else await transaction.rollback()
    return result
  } catch (error) {
    await transaction.rollback().catch(() => {})
    throw error
  }
}

async function follow(
  deps: AheadDeps,
  transaction: DestinationTransaction,
  epochId: number,
  signal: AbortSignal,
): Promise<AheadResult> {
  const { store, source, consumers } = deps
  const applied = new Map(consumers.map((consumer) => [consumer.id, 0]))
  let through: Offset | undefined
  while (!signal.aborted) {
    const under = store.epochUnderWay(source)
    if (!isWorthWhile(under, epochId)) break
    const { lastOffset } = under
    if (through === undefined || lastOffset > through) {
      for (const consumer of consumers) {
        const batch = { store, epochs: [under], now: deps.now }
        const { written } = await applyPages(batch, consumer, transaction, through ?? deps.from)
        applied.set(consumer.id, (applied.get(consumer.id) ?? 0) + written)
      }
      through = lastOffset
      continue
    }
    if (under.state === 'closed') {
      const epoch = store.epochsAfter(source, deps.from, 1).find((one) => one.id === epochId)
      return epoch === undefined ? { done: false } : { done: true, epoch, applied }
    }
    await deps.wake.wait(signal, chunkWaitMs)
  }
  return { done: false }
}

function isWorthWhile(under: EpochUnderWay | undefined, epochId: number): under is EpochUnderWay {
  return under?.id === epochId && under.state !== 'discarded' && !under.rewritten
}
