import { existsSync } from 'node:fs'
import type { Repository } from './open-repository.ts'

/** What is under way in a repository, and is to be ended before anything else. */
export type Operation = 'merge' | 'rebase'

/** By the name of the commit that the other side of it is. */
const heads: Readonly<Record<Operation, string>> = { merge: 'MERGE_HEAD', rebase: 'REBASE_HEAD' }

export async function readOperation(repository: Repository): Promise<Operation | undefined> {
  const { git } = repository
  // git may leave the name of a rebase's commit behind; the folder is there as long as the rebase is.
  const paths = ['rebase-merge', 'rebase-apply'].flatMap((name) => ['--git-path', name])
  const folders = await git.raw(['rev-parse', '--path-format=absolute', ...paths])
  if (folders.split(/\r?\n/).some((folder) => folder !== '' && existsSync(folder))) return 'rebase'
  return (await git.raw(['rev-parse', '--quiet', '--verify', heads.merge]).catch(() => '')) === '' ? undefined : 'merge'
}

/** The two commits that are put together, by whose they are. A rebase puts one's own on top of theirs, so it holds them the other way round. */
export function sidesOf(operation: Operation | undefined): Readonly<Record<'ours' | 'theirs', Revision>> {
  const here: Revision = { commit: 'HEAD', stage: '2' }
  const there: Revision = { commit: heads[operation ?? 'merge'], stage: '3' }
  return operation === 'rebase' ? { ours: there, theirs: here } : { ours: here, theirs: there }
}

export interface Revision {
  readonly commit: string
  /** Of its side in the index, as git counts them. */
  readonly stage: string
}
