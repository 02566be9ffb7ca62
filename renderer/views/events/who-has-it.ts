import type { EventRowView } from '../../../main/contract/contract.ts'
import type { ConsumerStatus } from '../../../sync-core/domain/status.ts'
import type { Glyph } from '../../stores/object-state.ts'

export interface Arrival {
  readonly consumer: ConsumerStatus
  readonly glyph: Glyph
  readonly word: string
  /** A sentence more, where there is one to say. */
  readonly note: string | undefined
}

/** An event as far as it matters here. */
type Stored = Pick<EventRowView, 'offset' | 'receivedAt'>

/**
 * Where an event stands with one consumer, as far as positions say it: a consumer at or past it has dealt with it. Which
 * of its events became dead letters is not in a status, so then it says that it may be one. A status that was taken at
 * `statusAt`, before the event came, cannot say that it waits.
 */
export function arrivalOf({ offset, receivedAt }: Stored, consumer: ConsumerStatus, statusAt: number): Arrival {
  if (consumer.offset >= offset) {
    const note =
      consumer.deadLetters === 0
        ? undefined
        : `${consumer.deadLetters} of its events are dead letters; this may be one of them`
    return { consumer, glyph: 'ok', word: 'Applied', note }
  }
  switch (consumer.state) {
    case 'paused':
      return {
        consumer,
        glyph: 'paused',
        word: 'Paused',
        note: 'It waits in the event store until the consumer is resumed',
      }
    case 'retrying':
      return { consumer, glyph: 'retrying', word: 'Retrying', note: consumer.failure?.message }
    case 'halted':
      return { consumer, glyph: 'failed', word: 'Halted', note: consumer.failure?.message }
    default:
      return { consumer, glyph: 'waiting', word: receivedAt < statusAt ? 'Waiting' : 'Stored', note: undefined }
  }
}

/** The few words for the table: the worst first, and how many have it. */
export function arrivalSummary(
  row: Stored,
  consumers: readonly ConsumerStatus[],
  statusAt: number,
): { readonly glyph: Glyph; readonly word: string } | undefined {
  const arrivals = consumers.map((consumer) => arrivalOf(row, consumer, statusAt))
  const applied = arrivals.filter(({ word }) => word === 'Applied').length
  const [first] = arrivals
  if (first === undefined) return undefined
  if (applied === arrivals.length)
    return { glyph: 'ok', word: applied === 1 ? 'Applied' : `${applied} of ${applied} applied` }
  const worst =
    order.map((word) => arrivals.find((arrival) => arrival.word === word)).find((found) => found !== undefined) ?? first
  return arrivals.length === 1 ? worst : { glyph: worst.glyph, word: `${applied} of ${arrivals.length} applied` }
}

const order = ['Halted', 'Retrying', 'Paused', 'Waiting', 'Stored']
