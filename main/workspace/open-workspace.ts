import type { Pipeline } from '../../sync-core/domain/manifest.ts'

/** What is open: the manifest that was opened, and all that were read with it. */
export interface OpenWorkspace {
  /** Of the manifest. Absolute. */
  readonly path: string
  readonly pipeline: Pipeline
}
