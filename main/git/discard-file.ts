import { rm } from 'node:fs/promises'
import { gitFailure } from './git-failure.ts'
import type { Repository } from './open-repository.ts'
import { absolutePath, literal } from './our-files.ts'

/** Puts a file back as it was committed; one that is new goes. Nothing brings it back, so ask first. Rejects with a Refusal. */
export async function discardFile({ git, root }: Repository, path: string): Promise<void> {
  try {
    const isCommitted = (await git.raw(['ls-tree', '--name-only', 'HEAD', '--', path]).catch(() => '')) !== ''
    if (isCommitted)
      return void (await git.raw(['restore', '--source=HEAD', '--staged', '--worktree', '--', literal(path)]))
    await git.raw(['rm', '--cached', '--quiet', '--ignore-unmatch', '--', literal(path)])
    await rm(absolutePath(root, path), { force: true })
  } catch (error) {
    throw gitFailure(error, `take the changes of ${path} back`)
  }
}
