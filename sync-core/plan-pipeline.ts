import { FailureError } from './domain/failure.ts'
import type { Pipeline } from './domain/manifest.ts'
import type { PlannedStep, SourceSurvey, Surveys } from './domain/start-plan.ts'
import { surveySource } from './postgres/survey-source.ts'
import { planStart } from './replication/plan-start.ts'
import { sqlAnalyst } from './sql/sql-analyst.ts'
import { readKnownState } from './sqlite/read-known-state.ts'

/**
 * What starting a pipeline with a state folder would change; nothing is changed by asking. With `askServers` the
 * sources' servers are asked too, each once; one that cannot be reached is told as such. Throws a FailureError of kind
 * `store` when the state folder cannot be read.
 */
export async function planPipeline(
  pipeline: Pipeline,
  stateDir: string,
  askServers: boolean,
): Promise<readonly PlannedStep[]> {
  return planStart(pipeline, readKnownState(stateDir), askServers ? await surveyAll(pipeline) : new Map())
}

/** What the sources' servers say of a pipeline, by source id. */
export async function surveyAll({ sources }: Pipeline): Promise<Surveys> {
  const surveys = sources.map(async (source) => [source.id, await surveyOrFailure(source)] as const)
  return new Map(await Promise.all(surveys))
}

async function surveyOrFailure(source: Pipeline['sources'][number]): Promise<SourceSurvey | FailureError['failure']> {
  try {
    return await surveySource(source, sqlAnalyst)
  } catch (error) {
    if (error instanceof FailureError) return error.failure
    throw error
  }
}
