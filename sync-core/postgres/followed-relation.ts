import type { ChangeListener, TransactionPart } from '../domain/source-transaction.ts'
import type { PgoutputMessage } from './decode-pgoutput.ts'

/** Who listens to a table's changes, and which of its columns they need, by their place in its relation message. */
export interface RelationInterest {
  readonly listeners: readonly ChangeListener[]
  readonly wanted: readonly boolean[]
}

/** A table as the last relation message before a change described it. */
export interface FollowedRelation {
  readonly table: string
  /** `undefined`: nobody listens. */
  readonly interest: RelationInterest | undefined
}

/** By relation id. */
export type Relations = ReadonlyMap<number, FollowedRelation>

/** What a message is to those who listen; `undefined` when it concerns nobody. */
export function partOf(message: PgoutputMessage, relations: Relations): TransactionPart | undefined {
  if (message.type === 'change') {
    const listeners = relations.get(message.relationId)?.interest?.listeners
    return listeners && { type: 'change', listeners, old: message.old, new: message.new }
  }
  if (message.type !== 'truncate') return undefined
  return {
    type: 'truncate',
    tables: message.relationIds.map((id) => relations.get(id)?.table ?? 'a table'),
    listeners: message.relationIds.flatMap((id) => relations.get(id)?.interest?.listeners ?? []),
  }
}
