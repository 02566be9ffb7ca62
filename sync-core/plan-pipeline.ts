import type { PositionQuestion } from './domain/behind-position.ts'
import { isPosition } from './domain/consumer-start.ts'
import { FailureError } from './domain/failure.ts'
import type { Pipeline } from './domain/manifest.ts'
import { publicSchemaId } from './domain/public-schema.ts'
import type { PlannedStep, SourceSurvey, Surveys } from './domain/start-plan.ts'
import { surveySource } from './postgres/survey-source.ts'
import { planStart } from './replication/plan-start.ts'
import { sqlAnalyst } from './sql/sql-analyst.ts'
import { readKnownState, readPositions } from './sqlite/read-known-state.ts'

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
  const surveys: Surveys = askServers ? await surveyAll(pipeline) : new Map()
  return planStart(pipeline, readKnownState(stateDir), surveys, readPositions(stateDir, positionsOf(pipeline)))
}

function positionsOf({ consumers }: Pipeline): ReadonlyMap<string, PositionQuestion> {
  const now = Date.now()
  return new Map(
    consumers.flatMap(({ id, schema: { start, everyVersion = false }, publicSchema }) =>
      isPosition(start) ? [[id, { schema: publicSchemaId(publicSchema), everyVersion, position: start, now }]] : [],
    ),
  )
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
