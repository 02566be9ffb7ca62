import { readPipeline } from '../../sync-core/read-pipeline.ts'
import type { ReadWorkspace, Secrets } from './workspaces.ts'

/** Reads a manifest and all that it names, for showing; what cannot be read is among the problems. */
export async function readWorkspace(manifestPath: string, secrets: Secrets): Promise<ReadWorkspace> {
  return readPipeline([manifestPath], secrets)
}
