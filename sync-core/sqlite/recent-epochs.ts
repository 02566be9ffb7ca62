import type { Epoch } from '../domain/event.ts'
import type { Offset } from '../domain/offset.ts'

/** As many of each source: who is further behind than that reads the file anyway. */
const keptEpochs = 256

/**
 * The closed epochs of each source that were written last. A lane asks for them after each of its transactions, and while
 * it keeps up the answer is here: one or none.
 */
export interface RecentEpochs {
  add(epoch: Epoch, events: number): void
  /** The end of a source's last epoch. */
  head(source: string): Offset
  /** Its epochs after an offset, up to so many events; `undefined` where they are not all kept. */
  after(source: string, after: Offset, maxEvents: number): readonly Epoch[] | undefined
}

interface Kept {
  /** Every epoch that ends after this offset is here. */
  completeAfter: Offset
  readonly epochs: { readonly epoch: Epoch; readonly events: number }[]
}

/** @param headOf the end of a source's last epoch in the file */
export function keepRecentEpochs(headOf: (source: string) => Offset): RecentEpochs {
  const bySource = new Map<string, Kept>()
  const keptOf = (source: string): Kept => {
    const kept = bySource.get(source) ?? { completeAfter: headOf(source), epochs: [] }
    bySource.set(source, kept)
    return kept
  }

  return {
    add(epoch, events) {
      const kept = keptOf(epoch.source)
      kept.epochs.push({ epoch, events })
      if (kept.epochs.length <= 2 * keptEpochs) return
      const gone = kept.epochs.splice(0, keptEpochs)
      kept.completeAfter = gone.at(-1)?.epoch.lastOffset ?? kept.completeAfter
    },
    head(source) {
      const kept = keptOf(source)
      return kept.epochs.at(-1)?.epoch.lastOffset ?? kept.completeAfter
    },
    after(source, after, maxEvents) {
      const { completeAfter, epochs } = keptOf(source)
      if (after < completeAfter) return undefined
      // Who keeps up wants the last few.
      let first = epochs.length
      while (first > 0 && (epochs[first - 1]?.epoch.lastOffset ?? 0) > after) first -= 1
      const found: Epoch[] = []
      let sum = 0
      for (const { epoch, events } of epochs.slice(first)) {
        sum += events
        if (found.length > 0 && sum > maxEvents) break
        found.push(epoch)
      }
      return found
    },
  }
}
