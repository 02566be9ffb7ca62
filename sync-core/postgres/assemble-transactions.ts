import { join } from 'node:path'
import type { Clock } from '../domain/clock.ts'
import { type Lsn, maxLsn, zeroLsn } from '../domain/lsn.ts'
import type { TransactionBegin, TransactionPart } from '../domain/source-transaction.ts'
import { decodePgoutput, type RelationMessage } from './decode-pgoutput.ts'
import { type FollowedRelation, partOf, type RelationInterest } from './followed-relation.ts'
import type { HistoryCheck } from './history-check.ts'
import { createOpenTransaction, type OpenTransaction } from './open-transaction.ts'
import type { PartQueue } from './part-queue.ts'

export interface AssembleOptions {
  readonly clock: Clock
  readonly queue: PartQueue
  readonly history: HistoryCheck
  /** Where large open transactions wait; it exists, and is nobody else's. */
  readonly spoolFolder: string
  /** Called once for each relation message; `undefined` when nobody listens. */
  interest(relation: RelationMessage): RelationInterest | undefined
}

export interface TransactionAssembler {
  /** Takes one message of pgoutput. Throws a FailureError of kind `disk-full`. */
  receive(message: Buffer): void
  /** The end of the last commit that was received. */
  readonly position: Lsn
  /** Row changes of committed transactions that somebody listens to. */
  readonly rowChanges: number
}

const streamStop = 0x45

/**
 * Messages become parts of transactions, in commit order. A small transaction comes whole, after its commit. Of a large
 * one the server sends what it has while it is open, and several take turns: they wait apart, a commit puts one into
 * the queue, an abort drops it. What changed nothing we follow, such as our own nudge, leaves nothing.
 */
export function assembleTransactions({
  clock,
  queue,
  history,
  spoolFolder,
  interest,
}: AssembleOptions): TransactionAssembler {
  const relations = new Map<number, FollowedRelation>()
  const open = new Map<number, OpenTransaction>()
  let streamed: OpenTransaction | undefined
  // Handed on with the first of its changes.
  let begun: TransactionBegin | undefined
  let position = zeroLsn
  let rowChanges = 0
  let opened = 0

  const describe = (relation: RelationMessage): FollowedRelation => ({
    table: relation.table,
    interest: interest(relation),
  })

  const push = (part: TransactionPart): void => {
    if (begun !== undefined) queue.push(begun)
    begun = undefined
    queue.push(part)
  }

  const openTransaction = (xid: number): OpenTransaction => {
    const transaction = open.get(xid) ?? createOpenTransaction(join(spoolFolder, String(opened++)), describe)
    open.set(xid, transaction)
    return transaction
  }

  const close = (xid: number): OpenTransaction | undefined => {
    const transaction = open.get(xid)
    open.delete(xid)
    return transaction
  }

  return {
    get position() {
      return position
    },
    get rowChanges() {
      return rowChanges
    },
    receive(bytes) {
      if (streamed !== undefined && bytes[0] !== streamStop) return streamed.keep(bytes)
      const message = decodePgoutput(bytes, (id) => relations.get(id)?.interest?.wanted)
      switch (message.type) {
        case 'begin':
          history.commit(message.commitLsn)
          begun = { type: 'begin', xid: message.xid, commitLsn: message.commitLsn }
          break
        case 'commit':
          position = maxLsn(position, message.endLsn)
          if (begun === undefined) push({ ...message, receivedAt: clock.now() })
          begun = undefined
          break
        case 'relation':
          relations.set(message.relation.id, describe(message.relation))
          break
        case 'stream-start':
          streamed = openTransaction(message.xid)
          break
        case 'stream-stop':
          streamed = undefined
          break
        case 'stream-abort':
          if (message.subtransaction === message.xid) close(message.xid)?.remove()
          else open.get(message.xid)?.rollBack(message.subtransaction)
          break
        case 'stream-commit': {
          const { xid, commitLsn, endLsn } = message
          history.commit(commitLsn)
          position = maxLsn(position, endLsn)
          const transaction = close(xid)
          if (transaction === undefined) break
          // The server does not describe these tables again to the transactions that follow.
          for (const [id, relation] of transaction.relations) relations.set(id, relation)
          if (transaction.size === 0) transaction.remove()
          else {
            rowChanges += transaction.size
            const commit = { type: 'commit', commitLsn, endLsn, receivedAt: clock.now() } as const
            queue.push(() => transaction.parts({ type: 'begin', xid, commitLsn }, commit))
          }
          break
        }
        default: {
          const part = partOf(message, relations)
          if (part === undefined) break
          rowChanges += 1
          push(part)
        }
      }
    },
  }
}
