import type { Pipeline, Problem } from './domain/manifest.ts'
import { type LoadOptions, loadPipeline } from './manifest/load-pipeline.ts'
import { oneLine } from './manifest/one-line.ts'
import { checkStatements } from './sql/check-statements.ts'

export interface ReadPipeline {
  /** To be shown; to be run only when no problem is an error. */
  readonly pipeline: Pipeline
  /** In the order of files and places. */
  readonly problems: readonly Problem[]
}

/**
 * Reads manifests by absolute path, with all that they name and all that is wrong with them by their text alone. The
 * one way in for the command line, the window and the sample, so that none of them runs what another would refuse.
 */
export async function readPipeline(
  paths: readonly string[],
  variables: Parameters<typeof loadPipeline>[1],
  options: LoadOptions = {},
): Promise<ReadPipeline> {
  const { pipeline, problems, locate } = await loadPipeline(paths, variables, options)
  const all = [...problems, ...checkStatements(pipeline, locate)]
  return { pipeline, problems: all.map((one) => ({ ...one, message: oneLine(one.message) })).toSorted(byPlace) }
}

function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.line - b.line || a.column - b.column
}
