import { realpath } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import type { FileStatusResult } from 'simple-git'
import type { Manifest } from '../../sync-core/domain/manifest.ts'
import { compareManifests, type ManifestDifference } from '../../sync-core/manifest/compare-manifests.ts'
import { parseManifest } from '../../sync-core/manifest/parse-manifest.ts'
import { type FileVersions, fileVersions } from './file-versions.ts'
import { type FoundSecret, findSecrets } from './find-secrets.ts'
import { gitFailure } from './git-failure.ts'
import type { Repository } from './open-repository.ts'
import { literal, type OurFileKind, ourFiles } from './our-files.ts'

export interface ChangedFile {
  /** From the repository's root, with `/`. */
  readonly path: string
  readonly kind: OurFileKind
  readonly state: 'added' | 'changed' | 'removed' | 'conflicted'
}

export interface RepositoryState {
  readonly root: string
  /** `undefined`: not on a branch. */
  readonly branch: string | undefined
  /** Where it is pushed to, and how far the two are apart as of the last fetch. */
  readonly upstream: { readonly name: string; readonly ahead: number; readonly behind: number } | undefined
  readonly hasRemote: boolean
  /** The last commit; `undefined` before the first. */
  readonly head: { readonly hash: string; readonly subject: string; readonly isPushed: boolean } | undefined
  /** Under way, and to be ended before anything else. */
  readonly operation: 'merge' | 'rebase' | undefined
  readonly files: readonly ChangedFile[]
  /** Files of others that were changed or staged: left alone. */
  readonly otherChanges: number
  readonly differences: readonly ManifestDifference[]
  readonly secrets: readonly FoundSecret[]
}

/** What of a workspace differs from its last commit. Rejects with a Refusal. */
export async function readRepository(
  repository: Repository,
  manifestPaths: readonly string[],
): Promise<RepositoryState> {
  const { git, root } = repository
  try {
    const manifests = await inRepository(root, manifestPaths)
    const versions = new Map(
      await Promise.all(
        manifests.map(async (path): Promise<[string, FileVersions]> => [path, await fileVersions(repository, path)]),
      ),
    )
    const ours = new Map(
      [...versions].flatMap(([path, { before = '', after = '' }]) => [
        ...ourFiles(path, before),
        ...ourFiles(path, after),
      ]),
    )
    const [status, tracked, remotes, head, operation] = await Promise.all([
      git.status(['-uall', '--', ...[...ours.keys()].map(literal)]),
      git.status(['-uno']),
      git.getRemotes(),
      readHead(repository),
      readOperation(repository),
    ])
    const files = status.files.flatMap((file): ChangedFile[] => {
      const kind = ours.get(file.path)
      return kind === undefined ? [] : [{ path: file.path, kind, state: stateOf(file) }]
    })
    const secrets = await Promise.all(
      files.map(async ({ path }) => {
        const { before = '', after = '' } = versions.get(path) ?? (await fileVersions(repository, path))
        return findSecrets(path, before, after)
      }),
    )
    const { before, after } = readableSides(versions)
    return {
      root,
      branch: tracked.detached || tracked.current === null ? undefined : tracked.current,
      upstream:
        tracked.tracking === null
          ? undefined
          : { name: tracked.tracking, ahead: tracked.ahead, behind: tracked.behind },
      hasRemote: remotes.length > 0,
      head,
      operation,
      files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      otherChanges: tracked.files.filter(({ path }) => !ours.has(path)).length,
      differences: compareManifests(before, after),
      secrets: secrets.flat(),
    }
  } catch (error) {
    throw gitFailure(error, 'read the repository')
  }
}

/** Manifests of other repositories are not ours to commit here. */
async function inRepository(root: string, paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map(async (path) =>
      relative(await realpath(root), await realpath(path))
        .split(sep)
        .join('/'),
    ),
  )
  return found.filter((path) => !path.startsWith('../') && path !== '..')
}

/** Manifests before and after; one whose text cannot be read just now says nothing about what it means. */
function readableSides(versions: ReadonlyMap<string, FileVersions>) {
  const pairs = [...versions].flatMap(([path, { before, after }]) => {
    const sides = [before, after].map((text) => (text === undefined ? [] : readOne(text, path)))
    const [old, now] = sides
    return old === undefined || now === undefined ? [] : [{ old, now }]
  })
  return { before: pairs.flatMap(({ old }) => old), after: pairs.flatMap(({ now }) => now) }
}

function readOne(text: string, path: string): readonly Manifest[] | undefined {
  const { readable } = parseManifest(text, path, {})
  return readable === undefined ? undefined : [readable]
}

function stateOf({ index, working_dir }: FileStatusResult): ChangedFile['state'] {
  const code = `${index}${working_dir}`
  if (/U|AA|DD/.test(code)) return 'conflicted'
  if (working_dir === 'D' || (index === 'D' && working_dir !== '?')) return 'removed'
  return /[A?]/.test(code) ? 'added' : 'changed'
}

async function readHead({ git }: Repository): Promise<RepositoryState['head']> {
  // Fails before the first commit, which is no failure.
  const line = await git.raw(['log', '-1', '--format=%H%x00%s']).catch(() => '')
  const [hash = '', subject = ''] = line.trimEnd().split('\0')
  if (hash === '') return undefined
  const isPushed = (await git.raw(['branch', '--remotes', '--contains', hash])).trim() !== ''
  return { hash, subject, isPushed }
}

async function readOperation({ git }: Repository): Promise<RepositoryState['operation']> {
  const isThere = async (ref: string) =>
    (await git.raw(['rev-parse', '--quiet', '--verify', ref]).catch(() => '')) !== ''
  if (await isThere('MERGE_HEAD')) return 'merge'
  return (await isThere('REBASE_HEAD')) ? 'rebase' : undefined
}
