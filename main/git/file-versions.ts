import { readFile } from 'node:fs/promises'
import { gitFailure } from './git-failure.ts'
import type { Repository } from './open-repository.ts'
import { absolutePath } from './our-files.ts'

/** A file as it was committed last and as it is on disk; `undefined` where it is not. Rejects with a Refusal. */
export interface FileVersions {
  readonly before: string | undefined
  readonly after: string | undefined
}

export async function fileVersions(repository: Repository, path: string): Promise<FileVersions> {
  const [before, after] = await Promise.all([
    committedText(repository, path),
    readFile(absolutePath(repository.root, path), 'utf8').catch(() => undefined),
  ])
  return { before, after }
}

/** `undefined` also before the first commit. */
async function committedText({ git }: Repository, path: string): Promise<string | undefined> {
  try {
    // What the checkout would write: filters and line ends of the repository included.
    return await git.raw(['cat-file', '--textconv', `HEAD:${path}`])
  } catch (error) {
    const words = error instanceof Error ? error.message : ''
    if (
      /does not exist|exists on disk, but not in|[Ii]nvalid object name|Not a valid object name|bad revision/.test(
        words,
      )
    )
      return undefined
    throw gitFailure(error, `read ${path} as it was committed`)
  }
}
