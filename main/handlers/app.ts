import type { AppStateBook } from '../app-state.ts'
import type { VerbOutput } from '../contract/contract.ts'
import type { Handlers } from '../ipc/answer.ts'

export function appHandlers(deps: {
  readonly info: VerbOutput<'app.info'>
  readonly state: AppStateBook
}): Pick<Handlers, 'app.info' | 'app.state'> {
  return {
    'app.info': () => deps.info,
    'app.state': () => deps.state.read(),
  }
}
