import type { CoreSupervisor } from '../core-host/supervise-core.ts'
import type { Handlers } from '../ipc/answer.ts'

export function eventsHandlers(
  core: CoreSupervisor,
): Pick<Handlers, 'events.page' | 'events.detail' | 'events.behind' | 'events.histogram'> {
  return {
    'events.page': (request) => core.call({ name: 'eventsPage', request }),
    'events.detail': ({ offset }) => core.call({ name: 'eventDetail', offset }),
    'events.behind': (question) => core.call({ name: 'eventsBehind', question }),
    'events.histogram': (request) => core.call({ name: 'eventHistogram', request }),
  }
}
