import type { CoreSupervisor } from '../core-host/supervise-core.ts'
import type { Handlers } from '../ipc/answer.ts'

export function consumerHandlers(core: CoreSupervisor): Pick<Handlers, 'consumer.pause' | 'consumer.resume'> {
  return {
    'consumer.pause': ({ id }) => core.call({ name: 'pauseConsumer', consumer: id }),
    'consumer.resume': ({ id }) => core.call({ name: 'resumeConsumer', consumer: id }),
  }
}
