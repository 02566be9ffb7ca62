import type { EventStore } from '../domain/event-store.ts'
import { FailureError } from '../domain/failure.ts'
import { type Offset, zeroOffset } from '../domain/offset.ts'
import type { BatchConsumer } from './batch.ts'

/** Where a consumer goes on. Until it is at `copyTo` it takes the rows of that state, and no history. */
export interface Beginning {
  readonly offset: Offset
  readonly copyTo: Offset
  /** It is written over what somebody else wrote, or only what changed of it: what is deleted has to go there too. */
  readonly deletes: boolean
}

/**
 * What to do with a consumer whose destination says that it is at an offset.
 *
 * One that has nothing yet begins with the state at the head of this moment: each live row once, in the order of the
 * log, so that the destination's offset also says how far the copy is. The head is written down first; without it
 * nobody would know after a crash which state was being copied. Where a state is written down and nothing of it has been
 * copied yet, it is that one: a crash came first, or the consumer was told to start over.
 *
 * One that begins behind a position gets of the state at the head what has changed since, deletes included.
 *
 * Throws a FailureError of kind `store` when the log no longer has what comes next.
 */
export function beginConsumer(
  { store, source }: { readonly store: EventStore; readonly source: string },
  { id, schema, everyVersion = false }: Pick<BatchConsumer, 'id' | 'schema'> & { readonly everyVersion?: boolean },
  offset: Offset,
): Beginning {
  const known = store.consumers.read(id)
  const deletes = known?.takeOver === true || known?.position !== undefined
  if (known?.position !== undefined && known.copyTo === undefined) {
    // Behind a position: what is after it, as it is now. Each version of it is simply what comes next.
    const copyTo = everyVersion ? offset : (Math.max(offset, store.head(source)) as Offset)
    store.consumers.save({ ...known, offset, copyTo })
    return { offset, copyTo, deletes }
  }
  if (offset === zeroOffset) {
    const begun = known?.offset === zeroOffset ? known.copyTo : undefined
    // Nothing was there yet: then the state of now is as good, but for those who must not miss what came in between.
    const isBegun = begun !== undefined && (begun > zeroOffset || everyVersion)
    const copyTo = isBegun && store.retention.completeFrom(schema) <= begun ? begun : store.head(source)
    store.consumers.save({ paused: false, ...known, consumer: id, offset, copyTo })
    return { offset, copyTo, deletes }
  }
  const copyTo = known?.copyTo ?? zeroOffset
  const next = offset < copyTo ? copyTo : offset
  if (next < store.retention.completeFrom(schema)) throw historyIsGone(id, offset)
  if (known === undefined || known.offset !== offset) {
    store.consumers.save({ paused: false, ...known, consumer: id, offset })
  }
  return { offset, copyTo, deletes }
}

function historyIsGone(consumer: string, offset: Offset): FailureError {
  return new FailureError({
    kind: 'store',
    policy: 'halt',
    object: consumer,
    message: `Cannot go on with ${consumer}: its destination is at offset ${offset}, and the event store no longer has what came next`,
    solution: 'Empty what it writes and let the consumer start over (rejot start-over).',
  })
}
