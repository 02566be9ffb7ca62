import type { PositionQuestion } from '../domain/behind-position.ts'
import type { EventFilter, EventPageRequest, EventReader } from '../domain/event-reader.ts'
import type { Failure } from '../domain/failure.ts'

/** What the client asks of the worker. */
export type ReaderCall =
  | { readonly method: 'page'; readonly args: readonly [request: EventPageRequest] }
  | { readonly method: 'detail'; readonly args: readonly [offset: number] }
  | { readonly method: 'behind'; readonly args: readonly [question: PositionQuestion] }
  | {
      readonly method: 'histogram'
      readonly args: readonly [filter: EventFilter, from: number, to: number, buckets: number]
    }

export type ReaderRequest = ReaderCall & { readonly id: number }

export type ReaderAnswer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: ReaderError }

/** A failure keeps its parts on the way; of a bug only the words. */
export type ReaderError = { readonly failure: Failure } | { readonly message: string }

/** Answers one call with a reader; what the reader throws, this throws. */
export function answerCall(reader: EventReader, call: ReaderCall): unknown {
  switch (call.method) {
    case 'page':
      return reader.page(...call.args)
    case 'detail':
      return reader.detail(...call.args)
    case 'behind':
      return reader.behind(...call.args)
    case 'histogram':
      return reader.histogram(...call.args)
  }
}
