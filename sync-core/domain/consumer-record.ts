import type { Offset } from './offset.ts'

/** What is remembered of each consumer. Its true offset lives in the destination; this copy is for showing. */
export interface ConsumerBook {
  read(consumer: string): ConsumerRecord | undefined
  save(record: ConsumerRecord): void
}

export interface ConsumerRecord {
  readonly consumer: string
  readonly offset: Offset
  readonly paused: boolean
  /** It began anew with the state at this offset, and follows from there; `undefined`: with the first event. */
  readonly copyTo?: Offset
  /** Its destination was written from a store that is gone: it began anew here, deletes included. */
  readonly takeOver?: boolean
  /** It begins behind a position, with what has changed since, deletes included. */
  readonly position?: BeginPosition
}

/** What a position was found to be when it was first looked at: asked again later, a time might be another place. */
export interface BeginPosition {
  /** As it is declared, to know whether it still is. */
  readonly declared: string
  readonly offset: Offset
}
