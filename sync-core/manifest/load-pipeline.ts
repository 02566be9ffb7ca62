import type { BoundPassword } from '../domain/connection.ts'
import type { Pipeline, Problem } from '../domain/manifest.ts'
import { type Borders, loadManifests, type ReadFile } from './load-manifests.ts'
import { readManifestFile } from './read-manifest-file.ts'
import type { Variables } from './read-password.ts'
import { resolvePipeline } from './resolve-pipeline.ts'

export interface LoadedPipeline {
  /** What could be read and resolved, to be shown; to be run only when no problem is an error. */
  readonly pipeline: Pipeline
  readonly problems: readonly Problem[]
  /** Like `ParsedManifest.locate`, over all files; `undefined` for a noun of no manifest. */
  readonly locate: (
    noun: object,
    fields?: readonly string[],
    position?: number,
  ) => Pick<Problem, 'file' | 'line' | 'column'> | undefined
}

export interface LoadOptions {
  readonly readFile?: ReadFile
  /** Where `workspaces` may lead to; the repository when absent. */
  readonly borders?: Borders
  /** `false`: other manifests may be elsewhere, so a reference to one that is not given is no problem. */
  readonly whole?: boolean
  /** Passwords that are kept elsewhere; they go before what the manifests say. */
  readonly passwords?: readonly BoundPassword[]
}

/** Reads manifests by absolute path, with all that their `workspaces` name, and resolves what they say of each other. */
export async function loadPipeline(
  paths: readonly string[],
  variables: Variables,
  options: LoadOptions = {},
): Promise<LoadedPipeline> {
  const { loaded, problems } = await loadManifests(paths, variables, {
    readFile: options.readFile ?? readManifestFile,
    borders: options.borders,
    passwords: options.passwords,
  })
  const whole = options.whole !== false && !problems.some(({ severity }) => severity === 'error')
  const resolved = resolvePipeline(loaded, whole)
  return {
    pipeline: resolved.pipeline,
    problems: [...problems, ...resolved.problems],
    locate: (noun, fields, position) => {
      const owner = loaded.find(({ manifest }) => holds(manifest, noun))
      return owner === undefined ? undefined : { file: owner.manifest.path, ...owner.locate(noun, fields, position) }
    },
  }
}

function holds(manifest: Pipeline['manifests'][number], noun: object): boolean {
  const { dataStores, publicSchemas, consumerSchemas } = manifest
  const transformations = publicSchemas.flatMap((schema) => schema.transformations)
  return [...dataStores, ...publicSchemas, ...consumerSchemas, ...transformations].some((own) => own === noun)
}
