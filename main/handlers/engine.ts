import type { CoreSupervisor } from '../core-host/supervise-core.ts'
import type { DatabaseSupervisor } from '../database-host/supervise-database-host.ts'
import type { Handlers } from '../ipc/answer.ts'
import { Refusal } from '../ipc/refusal.ts'
import type { Workspaces } from '../workspace/workspaces.ts'

export function engineHandlers(
  core: CoreSupervisor,
  databases: DatabaseSupervisor,
  workspaces: Pick<Workspaces, 'contractFaults'>,
): Pick<Handlers, 'engine.start' | 'engine.stop' | 'engine.plan'> {
  return {
    'engine.start': () => core.start(),
    'engine.stop': () => core.stop(),
    'engine.plan': async () => {
      const target = core.aimed()
      if (target === undefined)
        throw new Refusal({ message: 'Cannot say what a start would change: no workspace is open' })
      const { manifestPaths, stateDir, secrets, passwords } = target
      const kept = { secrets: { ...secrets() }, passwords: [...passwords()] }
      const steps = await databases.call({ name: 'planStart', manifestPaths: [...manifestPaths], stateDir, ...kept })
      return [...workspaces.contractFaults(), ...steps]
    },
  }
}
