import type { CoreTarget } from '../core-host/supervise-core.ts'
import type { DatabaseCall } from '../database-host/database-messages.ts'

type PlanQuestion = Extract<DatabaseCall, { name: 'planChange' }>

/** What a start of the open workspace would be given, as it travels to the process for databases. */
export function plannedFor(
  target: CoreTarget,
): Pick<PlanQuestion, 'manifestPaths' | 'secrets' | 'passwords' | 'stateDir'> {
  return {
    manifestPaths: [...target.manifestPaths],
    secrets: { ...target.secrets() },
    passwords: target.passwords().map((bound) => ({ ...bound, target: { ...bound.target } })),
    stateDir: target.stateDir,
  }
}
