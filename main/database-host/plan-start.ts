import type { planPipeline } from '../../sync-core/plan-pipeline.ts'
import type { readPipeline } from '../../sync-core/read-pipeline.ts'
import type { PlannedStepView } from '../contract/start-plan.ts'
import { Refusal } from '../ipc/refusal.ts'
import type { DatabaseCall } from './database-messages.ts'

export interface PlanDoor {
  readonly readPipeline: typeof readPipeline
  readonly planPipeline: typeof planPipeline
}

/**
 * What a start would change: reads the manifests as a start would, and what the state folder knows beside a running engine.
 * Rejects with a Refusal where the manifests cannot be run, and with a FailureError where the folder cannot be read.
 */
export async function planStart(
  door: PlanDoor,
  { manifestPaths, stateDir, secrets, passwords }: Extract<DatabaseCall, { name: 'planStart' }>,
): Promise<readonly PlannedStepView[]> {
  const { pipeline, problems } = await door.readPipeline(manifestPaths, secrets, { passwords })
  const error = problems.find(({ severity }) => severity === 'error')
  if (error !== undefined) {
    throw new Refusal({
      message: `Cannot say what a start would change: ${error.message}`,
      solution: 'Correct the manifest first.',
      details: `${error.file}:${error.line}:${error.column}`,
    })
  }
  return door.planPipeline(pipeline, stateDir, true)
}
