import type { SourceBook } from '../domain/checkpoint.ts'
import type { Clock } from '../domain/clock.ts'
import type { Failure, FailureError } from '../domain/failure.ts'
import type { Source } from '../domain/source.ts'
import { repeatBackfill } from './backfill.ts'
import { refusal } from './refusal.ts'
import { supervise } from './supervise.ts'
import { createWake } from './wake.ts'

export interface KeepSourceDeps {
  readonly id: string
  /** The connection's name, for sentences. */
  readonly object: string
  readonly source: Source
  readonly book: SourceBook
  readonly clock: Clock
  readonly random: () => number
  /** Follows until the signal aborts, or throws. */
  readonly follow: (signal: AbortSignal) => Promise<void>
  /** Beside the waiting for a person, until the signal aborts; never rejects. */
  readonly whileHalted: (signal: AbortSignal) => Promise<void>
  readonly onRetry: (failure: Failure, retryDelayMs: number) => void
  readonly onHalt: (failure: Failure, error: unknown) => void
}

/** A source that is followed, tried again, or halted until a person acts. */
export interface SourceKeeper {
  /** Until the signal aborts. */
  run(signal: AbortSignal): Promise<void>
  /**
   * For a source whose slot or server is not the one that was left: gives the slot up and begins again with a new one,
   * copying every row into a new generation, whose end deletes what is gone. Resolves once that has begun. Throws a
   * FailureError, and changes nothing, when there is nothing to recover or the slot cannot be dropped.
   */
  recover(): Promise<void>
}

/** Keeps one source followed. */
export function keepSource(deps: KeepSourceDeps): SourceKeeper {
  const recovered = createWake()
  let halted: Failure | undefined
  return {
    async run(signal) {
      while (!signal.aborted) {
        await supervise(
          {
            ...deps,
            run: deps.follow,
            onHalt(failure, error) {
              halted = failure
              deps.onHalt(failure, error)
            },
          },
          signal,
        )
        if (halted === undefined || signal.aborted) continue
        const over = new AbortController()
        // Not waited for at the end: it may be on its way to a server that does not answer.
        void deps.whileHalted(AbortSignal.any([signal, over.signal]))
        while (halted !== undefined && !signal.aborted) await recovered.wait(signal, 60_000)
        over.abort()
      }
    },
    async recover() {
      if (halted === undefined || !isRecoverable(halted)) throw nothingToRecover(deps.object, halted)
      await startOver(deps)
      halted = undefined
      recovered.wake()
    },
  }
}

/**
 * The recovery itself, of a source that nobody follows at the moment. Where it stood is forgotten last: cut short
 * before that, the source is one whose slot is gone, and is recovered again.
 */
export async function startOver({ id, source, book }: Pick<KeepSourceDeps, 'id' | 'source' | 'book'>): Promise<void> {
  await source.dropSlot()
  for (const { schema } of book.backfills(id)) repeatBackfill(book, schema)
  book.forget(id)
}

/** Whether a new slot and a new copy are the way back. */
export function isRecoverable({ kind }: Failure): boolean {
  return kind === 'slot-lost' || kind === 'source-replaced'
}

export function nothingToRecover(object: string, failure: Failure | undefined): FailureError {
  return refusal(
    object,
    failure === undefined ? `Cannot recover ${object}: its slot is as it was left` : failure.message,
    failure?.solution ?? 'Nothing has to be done; ask for a backfill if the rows are to be copied again.',
  )
}
