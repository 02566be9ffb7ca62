import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../domain/clock.ts'
import type { Pipeline, Problem } from '../domain/manifest.ts'
import type { ReadPipeline } from '../read-pipeline.ts'
import { formatProblem } from './print-problems.ts'

export interface ManifestWatchDeps {
  /** What the engine runs. */
  readonly running: Pipeline
  /** Reads the same manifests once more. */
  readonly read: () => Promise<ReadPipeline>
  readonly clock: Clock
  /** For the paths in sentences. */
  readonly folder: string
  /** A sentence about the files that are there now; `undefined`: they say again what the engine runs. */
  readonly onChange: (sentence: string | undefined) => void
}

const lookEveryMs = 1_000

/**
 * Looks at the files of a running engine once a second, until the signal aborts. The engine goes on with what it was
 * started with, whatever becomes of them: half-written, faulty, gone or of a newer version. What stays the same for a
 * look is read and said.
 */
export async function watchManifests(deps: ManifestWatchDeps, signal: AbortSignal): Promise<void> {
  const paths = deps.running.manifests.flatMap(({ path }) => [path, join(dirname(path), 'rejot-desktop.json')])
  let said = await contentOf(paths)
  let before = said
  while (!signal.aborted) {
    await deps.clock.sleep(lookEveryMs, signal)
    const now = await contentOf(paths)
    // Once more before it is read: an editor may be in the middle of writing.
    if (now !== before || now === said || signal.aborted) {
      before = now
      continue
    }
    said = now
    deps.onChange(sentenceOf(deps, await deps.read()))
  }
}

function sentenceOf({ running, folder }: ManifestWatchDeps, { pipeline, problems }: ReadPipeline): string | undefined {
  const fault = problems.find(({ severity }: Problem) => severity === 'error')
  if (fault !== undefined) {
    return `The manifest has been changed and cannot be run; the engine goes on with what it was started with. ${formatProblem({ ...fault, cure: undefined }, folder).trim()}`
  }
  if (isDeepStrictEqual(pipeline, running)) return undefined
  return 'The manifest has been changed: restart the engine to use it'
}

/** A digest, since the files hold passwords; a file that cannot be read counts as one that is gone. */
async function contentOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) {
    const content = await readFile(path).catch(() => undefined)
    hash.update(content === undefined ? 'gone' : `${content.length} `).update(content ?? '')
  }
  return hash.digest('hex')
}
