import type { BoundPassword } from '../../sync-core/domain/connection.ts'
import type { Pipeline, Problem } from '../../sync-core/domain/manifest.ts'
import { readPipeline } from '../../sync-core/read-pipeline.ts'

/** What was read of a workspace's manifests; problems do not keep the rest from being shown. */
export interface ReadWorkspace {
  readonly pipeline: Pipeline
  readonly problems: readonly Problem[]
}

export type Secrets = Readonly<Record<string, string>>

/** Reads a manifest and all that it names, for showing; what cannot be read is among the problems. */
export async function readWorkspace(
  manifestPath: string,
  secrets: Secrets,
  passwords: readonly BoundPassword[],
): Promise<ReadWorkspace> {
  return readPipeline([manifestPath], secrets, { passwords })
}
