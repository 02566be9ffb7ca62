import type { Offset } from './offset.ts'

/** An event that a destination refused for its values, with the cause. Lives in the event store only: it holds row values. */
export interface DeadLetterEntry {
  readonly consumer: string
  readonly offset: Offset
  readonly schema: string
  readonly key: string
  readonly sqlstate: string
  readonly constraint: string | undefined
  /** The server's message. */
  readonly message: string
  /** The server's DETAIL: may hold row values. */
  readonly detail: string | undefined
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface DeadLetter extends DeadLetterEntry {
  readonly payload: string
  readonly operation: 'insert' | 'update' | 'delete'
}
