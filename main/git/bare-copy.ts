import { mkdir } from 'node:fs/promises'
import { gitFailure } from './git-failure.ts'
import { gitIn } from './open-repository.ts'

/** A file of a commit, as it was committed. */
export interface CommittedFile {
  /** From the repository's root, with `/`. */
  readonly path: string
  readonly text: string
}

/** What is kept of a remote, so that git throws it away only for something newer. */
const keptRef = 'refs/rejot/last'

/**
 * Fetches the last commit of a remote's branch, its own where none is named, into a folder of ours, and returns its hash. Nothing of it is checked
 * out, so no hook, filter or submodule of it ever runs. The person's own git does it, with their credentials. Rejects with a
 * Refusal; what was fetched before stays.
 */
export async function fetchBareCopy(folder: string, address: string, branch: string | undefined): Promise<string> {
  await mkdir(folder, { recursive: true })
  const git = gitIn(folder)
  try {
    await git.raw(['init', '--quiet', '--bare'])
    const shallow = ['--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', '--force']
    await git.raw([
      'fetch',
      ...shallow,
      '--',
      address,
      `${branch === undefined ? 'HEAD' : `refs/heads/${branch}`}:${keptRef}`,
    ])
    return (await git.raw(['rev-parse', keptRef])).trim()
  } catch (error) {
    throw gitFailure(error, 'fetch the repository')
  }
}

/** Files of that name anywhere in a commit; never links. At most `most` of them, and how many more there are. Rejects with a Refusal. */
export async function filesNamed(
  folder: string,
  commit: string,
  { name, most }: { readonly name: string; readonly most: number },
): Promise<{ readonly files: readonly CommittedFile[]; readonly left: number }> {
  const git = gitIn(folder)
  try {
    const entries = (await git.raw(['ls-tree', '-r', '-z', '--full-tree', commit])).split('\0').flatMap((line) => {
      const [about = '', path = ''] = line.split('\t')
      const [mode = '', , blob = ''] = about.split(' ')
      const isFile = mode.startsWith('100') && (path === name || path.endsWith(`/${name}`))
      return isFile ? [{ path, blob }] : []
    })
    const files: CommittedFile[] = []
    for (const { path, blob } of entries.slice(0, most))
      files.push({ path, text: await git.raw(['cat-file', 'blob', blob]) })
    return { files, left: entries.length - files.length }
  } catch (error) {
    throw gitFailure(error, 'read the repository')
  }
}
