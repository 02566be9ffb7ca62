import { Refusal } from '../ipc/refusal.ts'
import { gitFailure } from './git-failure.ts'
import type { Repository } from './open-repository.ts'
import { readOperation } from './operation.ts'

/** Pushes the branch to where it belongs; one that belongs nowhere yet gets a place of its name. Rejects with a Refusal. */
export async function push({ git }: Repository): Promise<void> {
  try {
    const { tracking, current, detached } = await git.status(['-uno'])
    if (detached || current === null) {
      throw new Refusal({ message: 'Cannot push: this is no branch', solution: 'Make a branch here first.' })
    }
    if (tracking !== null) return void (await git.raw(['push']))
    const remotes = (await git.getRemotes()).map(({ name }) => name)
    const remote = remotes.includes('origin') ? 'origin' : remotes[0]
    if (remote === undefined) {
      throw new Refusal({
        message: 'Cannot push: the repository has no remote',
        solution: 'Add one in a terminal: git remote add origin ADDRESS',
      })
    }
    await git.raw(['push', '--set-upstream', remote, current])
  } catch (error) {
    throw error instanceof Refusal ? error : gitFailure(error, 'push')
  }
}

/**
 * Takes what the remote has into the branch, merged or rebased as the repository is set up; without a setting, merged.
 * Returns the files that conflict: those wait for a person, and their merge is under way. Rejects with a Refusal.
 */
export async function pull({ git }: Repository): Promise<{ readonly conflicts: readonly string[] }> {
  const settled = await git
    .raw(['config', '--get-regexp', '^(pull\\.(rebase|ff)|branch\\..*\\.rebase)$'])
    .catch(() => '')
  try {
    await git.raw(['pull', '--no-edit', ...(settled === '' ? ['--no-rebase'] : [])])
    return { conflicts: [] }
  } catch (error) {
    const { conflicted } = await git.status(['-uno'])
    if (conflicted.length > 0) return { conflicts: conflicted }
    throw gitFailure(error, 'pull')
  }
}

/** Ends a merge or a rebase that is under way as if it had not begun: files are what they were before. Rejects with a Refusal. */
export async function abortOperation(repository: Repository): Promise<void> {
  const operation = (await readOperation(repository)) ?? 'merge'
  await repository.git.raw([operation, '--abort']).catch((error: unknown) => {
    throw gitFailure(error, `take the ${operation} back`)
  })
}

/**
 * Goes on with a rebase once everything in conflict is decided. Returns the files of the next commit that conflict: those
 * wait for a person. Rejects with a Refusal.
 */
export async function continueRebase({ git }: Repository): Promise<{ readonly conflicts: readonly string[] }> {
  try {
    // With the message that it had: an editor would wait for somebody at a terminal. Nothing is left of one that is theirs now.
    const isEmpty = (await git.raw(['diff', '--cached', '--name-only', 'HEAD'])) === ''
    if (!isEmpty) await git.raw(['commit', '--quiet', '--no-edit'])
    await git.raw(['rebase', isEmpty ? '--skip' : '--continue'])
    return { conflicts: [] }
  } catch (error) {
    const { conflicted } = await git.status(['-uno'])
    if (conflicted.length > 0) return { conflicts: conflicted }
    throw gitFailure(error, 'go on with the rebase')
  }
}
