import { resolve } from 'node:path'
import type { Pipeline, Problem } from '../domain/manifest.ts'
import { loadPipeline } from '../manifest/load-pipeline.ts'
import { checkStatements } from '../sql/check-statements.ts'
import type { CommandIo } from './io.ts'
import { hasError } from './print-problems.ts'
import { UsageError } from './usage-error.ts'

/** Manifests as named on the command line, with all that is wrong with them by their text. */
export async function readManifests(
  paths: readonly string[],
  { folder, env }: CommandIo,
): Promise<{ readonly pipeline: Pipeline; readonly problems: readonly Problem[] }> {
  if (paths.length === 0) throw new UsageError('Which manifest? Name at least one rejot-manifest.json')
  const absolute = paths.map((path) => resolve(folder, path))
  const { pipeline, problems, locate } = await loadPipeline(absolute, env)
  const all = [...problems, ...checkStatements(pipeline, locate)]
  return { pipeline, problems: all.toSorted(byPlace) }
}

/** For a command that runs them: what must stop it. */
export function refusesToRun(problems: readonly Problem[]): boolean {
  return hasError(problems)
}

function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.line - b.line || a.column - b.column
}
