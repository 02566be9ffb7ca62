import { gitFailure } from './git-failure.ts'
import type { Repository } from './open-repository.ts'

/** Local branches, the one that was committed to last first. */
export async function listBranches({ git }: Repository): Promise<readonly string[]> {
  const names = await git
    .raw(['for-each-ref', '--sort=-committerdate', '--format=%(refname:short)', 'refs/heads'])
    .catch((error: unknown) => {
      throw gitFailure(error, 'list the branches')
    })
  return names.split('\n').filter((name) => name !== '')
}

/** Makes a branch here and goes to it, changes and all. Rejects with a Refusal. */
export async function createBranch({ git }: Repository, name: string): Promise<void> {
  await git.raw(['switch', '--create', name]).catch((error: unknown) => {
    throw gitFailure(error, `make the branch "${name}"`)
  })
}

/** Goes to a branch; git refuses where that would overwrite changes. Rejects with a Refusal. */
export async function switchBranch({ git }: Repository, name: string): Promise<void> {
  await git.raw(['switch', '--no-guess', name]).catch((error: unknown) => {
    throw gitFailure(error, `switch to "${name}"`)
  })
}
