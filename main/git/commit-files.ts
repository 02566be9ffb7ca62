import { type CommitRequest, checkCommit } from './check-commit.ts'
import { fileVersions } from './file-versions.ts'
import { gitFailure } from './git-failure.ts'
import type { Repository } from './open-repository.ts'
import { readOperation } from './operation.ts'
import { literal } from './our-files.ts'

/**
 * Commits these files as they are on disk, and nothing else: what is staged of other files stays staged. Hooks and
 * signing are the repository's own. Rejects with a Refusal, with nothing staged that was not before; a secret in a line
 * that is new is one reason.
 */
export async function commitFiles(repository: Repository, request: CommitRequest): Promise<void> {
  const { git } = repository
  const { paths, message } = request
  await checkCommit(request, (path) => fileVersions(repository, path))
  const specs = paths.map(literal)
  // git commits a path only if it knows the file; to know it is not to stage what is in it.
  const unknown = (await git.raw(['ls-files', '-z', '--others', '--', ...specs]))
    .split('\0')
    .filter((path) => path !== '')
  try {
    if (unknown.length > 0) await git.raw(['add', '--intent-to-add', '--', ...unknown.map(literal)])
    if ((await readOperation(repository)) === 'merge') {
      // A merge is committed whole: git knows no part of it.
      await git.raw(['add', '--', ...specs])
      await git.raw(['commit', '--message', message])
    } else await git.raw(['commit', '--only', '--message', message, '--', ...specs])
  } catch (error) {
    if (unknown.length > 0) await git.raw(['reset', '--quiet', '--', ...unknown.map(literal)]).catch(() => undefined)
    throw gitFailure(error, 'commit')
  }
}
