import { dirname } from 'node:path'
import { z } from 'zod'
import type { ReadDefinitions } from '../../sync-core/definition-files/read-sql-definitions.ts'
import { readExported, type Thrown } from '../../sync-core/definition-files/typescript/read-exported.ts'
import type { Child, ChildOptions } from '../fork-child.ts'

/** What the process is told: which file. It answers once, with JSON. */
export interface RunFile {
  readonly path: string
}

export interface RunInHostDeps {
  /** Starts a process in `cwd` that has nothing of this one's environment. */
  fork(
    cwd: string,
    events: Pick<ChildOptions<string>, 'onSpawn' | 'onMessage' | 'onExit'>,
  ): Pick<Child<RunFile>, 'post' | 'kill'>
  readonly timeLimitMs: number
}

/** JSON, which is looked at closely when it is read. */
export const definitionAnswer = z.string()

/**
 * All that such a process gets of an environment. It is never empty, because Electron hands on all of its own in place
 * of an empty one; and no definition should depend on where it is run, so the time zone is fixed.
 */
export function environmentOfDefinitions({ SystemRoot }: NodeJS.ProcessEnv): Record<string, string> {
  // Windows starts nothing without its own folder's name.
  return { TZ: 'UTC', ...(SystemRoot === undefined ? {} : { SystemRoot }) }
}

const outputLimit = 16 * 1024 * 1024

/**
 * Runs a definition file that is a program in a process of its own and takes the schemas that it exports. The process
 * is killed once it has answered, when it takes too long, and when `cancelled` is. To be asked for before: a program
 * has the rights of whoever runs it. Never rejects: whatever goes wrong becomes a problem.
 */
export async function runInHost(
  { fork, timeLimitMs }: RunInHostDeps,
  path: string,
  cancelled: AbortSignal,
): Promise<ReadDefinitions> {
  if (cancelled.aborted) return readExported(path, thrown('It was cancelled'))
  return new Promise((resolve) => {
    let said: string | Thrown = thrown('It ended without a word')
    let ended = false
    const end = (message: string | Thrown) => {
      if (!ended) said = message
      ended = true
      child.kill()
    }
    const cancel = () => end(thrown('It was cancelled'))
    const timer = setTimeout(() => end(thrown(`It took longer than ${timeLimitMs / 1000} s`)), timeLimitMs)
    const child = fork(dirname(path), {
      // It may have been given up before it was there.
      onSpawn: () => ended && child.kill(),
      onMessage: (message) => end(message.length < outputLimit ? message : thrown('It says more than is taken')),
      onExit: () => {
        clearTimeout(timer)
        cancelled.removeEventListener('abort', cancel)
        resolve(readExported(path, said))
      },
    })
    cancelled.addEventListener('abort', cancel)
    child.post({ path })
  })
}

function thrown(message: string): Thrown {
  return { message, stack: '' }
}
