import type { BoundPassword } from './domain/connection.ts'
import type { Pipeline, Problem } from './domain/manifest.ts'
import type { PlannedStep } from './domain/start-plan.ts'
import type { ReadFile } from './manifest/load-manifests.ts'
import { readManifestFile } from './manifest/read-manifest-file.ts'
import { planPipeline } from './plan-pipeline.ts'
import { readPipeline } from './read-pipeline.ts'

export interface ChangeQuestion {
  readonly manifestPaths: readonly string[]
  /** Files as they would be, by absolute path; `undefined`: gone. */
  readonly files: ReadonlyMap<string, string | undefined>
  readonly secrets: Readonly<Record<string, string>>
  readonly passwords: readonly BoundPassword[]
  readonly stateDir: string
  /** The source whose server is asked, `<manifest>/<connection>`. */
  readonly source: string | undefined
  /** Sources, public schemas and consumers that are of interest, by id. */
  readonly objects: readonly string[]
}

export interface PlannedChange {
  /** What a start would do with these objects. */
  readonly steps: readonly PlannedStep[]
  /** What would be wrong with the files, and is not now. */
  readonly problems: readonly Problem[]
}

/** What files would make an engine do that are not written yet. Nothing is changed by asking. */
export async function planChange(question: ChangeQuestion): Promise<PlannedChange> {
  const { manifestPaths, secrets, passwords, files, stateDir, source, objects } = question
  const changed: ReadFile = async (path) => (files.has(path) ? files.get(path) : readManifestFile(path))
  const [before, after] = await Promise.all([
    readPipeline(manifestPaths, secrets, { passwords }),
    readPipeline(manifestPaths, secrets, { passwords, readFile: changed }),
  ])
  const known = new Set(before.problems.map(told))
  const problems = after.problems.filter((problem) => problem.severity === 'error' && !known.has(told(problem)))
  // SQL that cannot be read by its text alone is not shown to a server.
  const isAsked = problems.length === 0
  const steps = await planPipeline(of(after.pipeline, source), stateDir, isAsked)
  return { steps: steps.filter(({ object }) => objects.includes(object)), problems }
}

/** Other sources' servers have nothing to do with it. */
function of(pipeline: Pipeline, source: string | undefined): Pipeline {
  return { ...pipeline, sources: pipeline.sources.filter(({ id }) => id === source) }
}

/** A problem is the same wherever its line has moved to. */
function told({ file, message }: Problem): string {
  return `${file}\n${message}`
}
