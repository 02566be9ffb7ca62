import { loadPipeline } from '../../sync-core/manifest/load-pipeline.ts'
import type { ReadWorkspace, Secrets } from './workspaces.ts'

/** Reads a manifest and all that it names, for showing; what cannot be read is among the problems. */
export async function readWorkspace(manifestPath: string, secrets: Secrets): Promise<ReadWorkspace> {
  const { pipeline, problems } = await loadPipeline([manifestPath], secrets)
  return { pipeline, problems }
}
