import type { ChangeListener, TransactionPart } from '../domain/source-transaction.ts'
import type { PgoutputMessage, WantedColumn } from './decode-pgoutput.ts'

/** Who listens to a table's changes, and which of its columns they need, by their place in its relation message. */
export interface RelationInterest {
  readonly listeners: readonly ChangeListener[]
  readonly wanted: readonly WantedColumn[]
  /** The same listeners for a change of which the values of these columns are not to be had. */
  listenersWithout(columns: readonly number[]): readonly ChangeListener[]
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
    const interest = relations.get(message.relationId)?.interest
    if (interest === undefined) return undefined
    const { tooLong, old, new: now } = message
    const listeners = tooLong === undefined ? interest.listeners : interest.listenersWithout(tooLong)
    return { type: 'change', listeners, old, new: now }
  }
  if (message.type !== 'truncate') return undefined
  return {
    type: 'truncate',
    tables: message.relationIds.map((id) => relations.get(id)?.table ?? 'a table'),
    listeners: message.relationIds.flatMap((id) => relations.get(id)?.interest?.listeners ?? []),
  }
}
