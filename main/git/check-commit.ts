import { Refusal } from '../ipc/refusal.ts'
import type { FileVersions } from './file-versions.ts'
import { findSecrets } from './find-secrets.ts'

export interface CommitRequest {
  /** From the repository's root. */
  readonly paths: readonly string[]
  readonly message: string
  /** Who commits, where git's settings do not say it. */
  readonly author?: { readonly name: string; readonly email: string } | undefined
}

/** Refuses what is never committed, whoever does it: nothing, without a reason, or with a secret in a new line. */
export async function checkCommit(
  { paths, message }: CommitRequest,
  versions: (path: string) => Promise<FileVersions>,
): Promise<void> {
  if (paths.length === 0) throw new Refusal({ message: 'Cannot commit: no file is chosen' })
  if (message.trim() === '') throw new Refusal({ message: 'Cannot commit: it has no message' })
  for (const path of paths) {
    const { before = '', after = '' } = await versions(path)
    const [found] = findSecrets(path, before, after)
    if (found === undefined) continue
    throw new Refusal({
      message: `Cannot commit: line ${found.line} of ${path} holds ${found.what}`,
      solution: 'Write the name of a variable in its place, as the manifest format has it, and commit again.',
    })
  }
}
