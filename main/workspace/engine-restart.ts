import type { AppStateBook } from '../app-state.ts'
import type { CoreSupervisor } from '../core-host/supervise-core.ts'
import type { SchemaEditsDeps } from './schema-edits.ts'

/** Makes a running engine take what the files say now: it ends what is under way, and begins again where it was. */
export function createEngineRestart(
  core: Pick<CoreSupervisor, 'start' | 'stop'>,
  state: AppStateBook,
): SchemaEditsDeps['engine'] {
  const runs = () => ['starting', 'running', 'restarting'].includes(state.read().engine.state)
  return {
    runs,
    async restart() {
      await core.stop()
      core.start()
      await new Promise<void>((resolve) => {
        const settled = () => state.read().engine.state !== 'starting' && state.read().engine.state !== 'stopping'
        if (settled()) return resolve()
        const end = state.onChange(() => {
          if (!settled()) return
          end()
          resolve()
        })
      })
    },
  }
}
