import { Refusal } from '../ipc/refusal.ts'
import { fileVersions } from './file-versions.ts'
import { findSecrets } from './find-secrets.ts'
import { gitFailure } from './git-failure.ts'
import type { Repository } from './open-repository.ts'
import { literal } from './our-files.ts'

export interface CommitRequest {
  /** From the repository's root. */
  readonly paths: readonly string[]
  readonly message: string
}

/**
 * Commits these files as they are on disk, and nothing else: what is staged of other files stays staged. Hooks and
 * signing are the repository's own. Rejects with a Refusal, with nothing staged that was not before; a secret in a line
 * that is new is one reason.
 */
export async function commitFiles(repository: Repository, { paths, message }: CommitRequest): Promise<void> {
  const { git } = repository
  if (paths.length === 0) throw new Refusal({ message: 'Cannot commit: no file is chosen' })
  if (message.trim() === '') throw new Refusal({ message: 'Cannot commit: it has no message' })
  await refuseSecrets(repository, paths)
  const specs = paths.map(literal)
  // git commits a path only if it knows the file; to know it is not to stage what is in it.
  const unknown = (await git.raw(['ls-files', '-z', '--others', '--', ...specs]))
    .split('\0')
    .filter((path) => path !== '')
  try {
    if (unknown.length > 0) await git.raw(['add', '--intent-to-add', '--', ...unknown.map(literal)])
    if (await isMerging(repository)) {
      // A merge is committed whole: git knows no part of it.
      await git.raw(['add', '--', ...specs])
      await git.raw(['commit', '--message', message])
    } else await git.raw(['commit', '--only', '--message', message, '--', ...specs])
  } catch (error) {
    if (unknown.length > 0) await git.raw(['reset', '--quiet', '--', ...unknown.map(literal)]).catch(() => undefined)
    throw gitFailure(error, 'commit')
  }
}

async function refuseSecrets(repository: Repository, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const { before = '', after = '' } = await fileVersions(repository, path)
    const [found] = findSecrets(path, before, after)
    if (found === undefined) continue
    throw new Refusal({
      message: `Cannot commit: line ${found.line} of ${path} holds ${found.what}`,
      solution: 'Write the name of a variable in its place, as the manifest format has it, and commit again.',
    })
  }
}

async function isMerging({ git }: Repository): Promise<boolean> {
  return (await git.raw(['rev-parse', '--quiet', '--verify', 'MERGE_HEAD']).catch(() => '')) !== ''
}
