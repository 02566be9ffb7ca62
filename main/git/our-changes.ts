import { realpath } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import type { Manifest } from '../../sync-core/domain/manifest.ts'
import { compareManifests, type ManifestDifference } from '../../sync-core/manifest/compare-manifests.ts'
import { parseManifest } from '../../sync-core/manifest/parse-manifest.ts'
import type { FileVersions } from './file-versions.ts'
import { type FoundSecret, findSecrets } from './find-secrets.ts'
import { type OurFileKind, ourFiles } from './our-files.ts'

export interface ChangedFile {
  /** From the repository's root, with `/`. */
  readonly path: string
  readonly kind: OurFileKind
  readonly state: 'added' | 'changed' | 'removed' | 'conflicted'
}

export interface OurChanges {
  readonly files: readonly ChangedFile[]
  /** Files of others that were changed or staged: left alone. */
  readonly otherChanges: number
  readonly differences: readonly ManifestDifference[]
  readonly secrets: readonly FoundSecret[]
}

/** What is asked of whoever reads the repository. */
interface Source {
  /** Absolute. */
  readonly root: string
  versions(path: string): Promise<FileVersions>
  /** Which of our files differ from the last commit, and how many files of others do. */
  status(ours: ReadonlySet<string>): Promise<{
    readonly states: ReadonlyMap<string, ChangedFile['state']>
    readonly otherChanges: number
  }>
}

/** What of a workspace differs from its last commit, as files and as meaning. Rejects with what its source rejects with. */
export async function ourChanges(source: Source, manifestPaths: readonly string[]): Promise<OurChanges> {
  const manifests = await inRepository(source.root, manifestPaths)
  const versions = new Map(
    await Promise.all(
      manifests.map(async (path): Promise<[string, FileVersions]> => [path, await source.versions(path)]),
    ),
  )
  const ours = new Map(
    [...versions].flatMap(([path, { before = '', after = '' }]) => [
      ...ourFiles(path, before),
      ...ourFiles(path, after),
    ]),
  )
  const { states, otherChanges } = await source.status(new Set(ours.keys()))
  const files = [...ours].flatMap(([path, kind]): ChangedFile[] => {
    const state = states.get(path)
    return state === undefined ? [] : [{ path, kind, state }]
  })
  const secrets = await Promise.all(
    files.map(async ({ path }) => {
      const { before = '', after = '' } = versions.get(path) ?? (await source.versions(path))
      return findSecrets(path, before, after)
    }),
  )
  const { before, after } = readableSides(versions)
  return {
    files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    otherChanges,
    differences: compareManifests(before, after),
    secrets: secrets.flat(),
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
