import { Refusal } from '../ipc/refusal.ts'
import { gitFailure } from './git-failure.ts'
import type { Repository } from './open-repository.ts'

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

/** Ends a merge that is under way as if it had not begun: files are what they were before the pull. Rejects with a Refusal. */
export async function abortMerge({ git }: Repository): Promise<void> {
  await git.raw(['merge', '--abort']).catch((error: unknown) => {
    throw gitFailure(error, 'take the merge back')
  })
}
