import type { TransactionBegin, TransactionCommit, TransactionPart } from '../domain/source-transaction.ts'
import { decodePgoutput, type RelationMessage, relationOfChange, type WantedColumn } from './decode-pgoutput.ts'
import { type FollowedRelation, partOf, type Relations } from './followed-relation.ts'
import { createTransactionSpool } from './transaction-spool.ts'

/** A transaction that the server sends while it is open. */
export interface OpenTransaction {
  /** Takes a message that came between `stream-start` and `stream-stop`. Throws a FailureError of kind `disk-full`. */
  keep(message: Buffer): void
  /** Its own view of tables: an ALTER TABLE of its own concerns nobody else before its commit. */
  readonly relations: Relations
  /** Row changes and truncations that somebody listens to. */
  readonly size: number
  rollBack(subtransaction: number): void
  /** What has been kept, as parts, read while they are taken; afterwards nothing of it is left. */
  parts(begin: TransactionBegin, commit: TransactionCommit): Iterable<TransactionPart>
  remove(): void
}

/** Its messages have four bytes of xid behind their letter. */
const body = 5

/** @param spoolPath of the file that it needs when it is large */
export function createOpenTransaction(
  spoolPath: string,
  describe: (relation: RelationMessage) => FollowedRelation,
): OpenTransaction {
  const spool = createTransactionSpool(spoolPath, body)
  const relations = new Map<number, FollowedRelation>()
  /** In the order of their messages, as the parts need them later. */
  const announced: FollowedRelation[] = []
  const rolledBack = new Set<number>()
  let size = 0
  const wanted = (id: number): readonly WantedColumn[] | undefined => relations.get(id)?.interest?.wanted

  return {
    relations,
    get size() {
      return size
    },
    keep(message) {
      const changed = relationOfChange(message, body)
      if (changed !== undefined) {
        const columns = wanted(changed)
        if (columns === undefined) return
        size += 1
        return spool.add(message, columns)
      }
      const decoded = decodePgoutput(message, wanted, body)
      if (decoded.type === 'relation') {
        const relation = describe(decoded.relation)
        relations.set(decoded.relation.id, relation)
        announced.push(relation)
      } else if (decoded.type === 'truncate') size += 1
      else return
      spool.add(message, undefined)
    },
    rollBack: (subtransaction) => rolledBack.add(subtransaction),
    *parts(begin, commit) {
      yield begin
      const seen = new Map<number, FollowedRelation>()
      const wantedThen = (id: number): readonly WantedColumn[] | undefined => seen.get(id)?.interest?.wanted
      let next = 0
      for (const message of spool.messages()) {
        const decoded = decodePgoutput(message, wantedThen, body)
        if (decoded.type === 'relation') {
          const relation = announced[next++]
          if (relation !== undefined) seen.set(decoded.relation.id, relation)
        } else if (!rolledBack.has(message.readUInt32BE(1))) {
          const part = partOf(decoded, seen)
          if (part !== undefined) yield part
        }
      }
      spool.remove()
      yield commit
    },
    remove: spool.remove,
  }
}
