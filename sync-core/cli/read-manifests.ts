import { resolve } from 'node:path'
import type { Problem } from '../domain/manifest.ts'
import { type ReadPipeline, readPipeline } from '../read-pipeline.ts'
import type { CommandIo } from './io.ts'
import { hasError } from './print-problems.ts'
import { UsageError } from './usage-error.ts'

/** Manifests as named on the command line, with all that is wrong with them by their text. */
export async function readManifests(paths: readonly string[], { folder, env }: CommandIo): Promise<ReadPipeline> {
  if (paths.length === 0) throw new UsageError('Which manifest? Name at least one rejot-manifest.json')
  const absolute = paths.map((path) => resolve(folder, path))
  return readPipeline(absolute, env)
}

/** For a command that runs them: what must stop it. */
export function refusesToRun(problems: readonly Problem[]): boolean {
  return hasError(problems)
}
