import type { CoreSupervisor } from '../core-host/supervise-core.ts'
import type { Handlers } from '../ipc/answer.ts'

export function engineHandlers(core: CoreSupervisor): Pick<Handlers, 'engine.start' | 'engine.stop'> {
  return {
    'engine.start': () => core.start(),
    'engine.stop': () => core.stop(),
  }
}
