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
  /** Events of its key that are held behind it, for a consumer of every version; 0 for others, which leave them out. */
  readonly waiting: number
}

/** Dead letters of one cause, which one repair may free together. */
export interface DeadLetterGroup {
  readonly consumer: string
  readonly sqlstate: string
  readonly constraint: string | undefined
  readonly count: number
  /** Milliseconds since 1970. */
  readonly firstAt: number
  readonly lastAt: number
  /** Of the newest: the server's message, which may hold row values. */
  readonly message: string
}

/** A dead letter that a person gave up. */
export interface SkippedEvent extends DeadLetterEntry {
  readonly reason: string
  /** Milliseconds since 1970. */
  readonly skippedAt: number
}
