import { Refusal } from '../ipc/refusal.ts'
import { gitFailure } from './git-failure.ts'
import type { Repository } from './open-repository.ts'
import { literal } from './our-files.ts'

/**
 * Takes back the last commit, whose message is returned; its files stay as they are on disk, and become changes again.
 * What is staged of other files stays staged. Refused when others may have the commit, and for the first one and merges.
 */
export async function undoCommit({ git }: Repository): Promise<{ readonly message: string }> {
  try {
    const parents = (await git.raw(['rev-list', '--parents', '-n', '1', 'HEAD'])).trim().split(' ').slice(1)
    if (parents.length !== 1) {
      const what = parents.length === 0 ? 'it is the first one' : 'it is a merge'
      throw new Refusal({ message: `Cannot undo the commit: ${what}`, solution: 'Use git in a terminal for that.' })
    }
    if ((await git.raw(['branch', '--remotes', '--contains', 'HEAD'])).trim() !== '') {
      throw new Refusal({
        message: 'Cannot undo the commit: it is pushed, others may have it',
        solution: 'Change the files back and commit that.',
      })
    }
    const [message, files] = await Promise.all([
      git.raw(['log', '-1', '--format=%B']),
      git.raw(['diff-tree', '--no-commit-id', '--name-only', '-r', '-z', 'HEAD']),
    ])
    const paths = files.split('\0').filter((path) => path !== '')
    await git.raw(['reset', '--soft', 'HEAD~1'])
    // Soft leaves them staged. They were not before the commit, unless somebody had staged them to be committed here.
    await git.raw(['reset', '--quiet', '--', ...paths.map(literal)])
    return { message: message.trimEnd() }
  } catch (error) {
    throw error instanceof Refusal ? error : gitFailure(error, 'undo the commit')
  }
}
