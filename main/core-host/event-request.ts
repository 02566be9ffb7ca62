import type { EventFilter, EventPageRequest } from '../../sync-core/domain/event-reader.ts'
import type { VerbInput } from '../contract/contract.ts'

/* What the window asks, in the domain's types: a part that is `undefined` there is absent here. */

export function pageRequest({ filter, before, after, limit }: VerbInput<'events.page'>): EventPageRequest {
  return {
    filter: eventFilter(filter),
    limit,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  }
}

export function eventFilter(asked: VerbInput<'events.page'>['filter']): EventFilter {
  const { schemas, operations, key, text, since, until } = asked
  return {
    ...(schemas === undefined ? {} : { schemas }),
    ...(operations === undefined ? {} : { operations }),
    ...(key === undefined ? {} : { key }),
    ...(text === undefined ? {} : { text }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  }
}
