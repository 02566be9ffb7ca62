import { readFile, rm, writeFile } from 'node:fs/promises'
import { posix } from 'node:path'
import type { Manifest } from '../../sync-core/domain/manifest.ts'
import { compareManifests, type ManifestDifference } from '../../sync-core/manifest/compare-manifests.ts'
import { mergeManifests, type PartConflict, type Side } from '../../sync-core/manifest/merge-manifests.ts'
import { parseManifest } from '../../sync-core/manifest/parse-manifest.ts'
import { Refusal } from '../ipc/refusal.ts'
import { gitFailure } from './git-failure.ts'
import type { Repository } from './open-repository.ts'
import { readOperation, sidesOf } from './operation.ts'
import { absolutePath, literal } from './our-files.ts'

export interface FileConflict extends PartConflict {
  /** What each side made of it, as meaning; each follows "it". */
  readonly changes: Readonly<Record<Side, readonly string[]>>
}

/** What two people made of one file: the parts of a manifest, or another file as a whole. Rejects with a Refusal. */
export async function readConflicts(repository: Repository, path: string): Promise<readonly FileConflict[]> {
  const { base, ours, theirs } = await readSides(repository, path)
  const merged = mergeManifests({ base: base ?? '{}', ours: ours ?? '', theirs: theirs ?? '' }, new Map())
  if (merged === undefined) {
    return [{ id: path, title: `file ${path}`, base, ours, theirs, changes: { ours: [], theirs: [] } }]
  }
  const was = readManifest(base, path)
  const [mine, other] = [ours, theirs].map((text) => compareManifests(was, readManifest(text, path)))
  return merged.conflicts.map((conflict) => ({
    ...conflict,
    changes: { ours: changesOf(conflict.title, mine), theirs: changesOf(conflict.title, other) },
  }))
}

/** `public schema people@1` is what a difference of kind `public schema` and id `@harbor/crm/people@1` is about. */
function changesOf(title: string, differences: readonly ManifestDifference[] = []): readonly string[] {
  const about = differences.find(({ kind, id }) => title === `${kind} ${id.slice(id.lastIndexOf('/') + 1)}`)
  if (about === undefined) return []
  return [
    ...(about.version?.includes('→') === true ? [`goes from ${about.version.replace('→', 'to')}`] : []),
    ...about.changes,
  ]
}

function readManifest(text: string | undefined, path: string): readonly Manifest[] {
  const { readable } = text === undefined ? {} : parseManifest(text, path, {})
  return readable === undefined ? [] : [readable]
}

/**
 * Settles a file by a decision for each of its conflicts, and tells git. What only one side changed is taken from it, and
 * the definition files of what is decided follow, so that they go on saying what the manifest says.
 * Rejects with a Refusal, also when a conflict is not decided.
 */
export async function resolveConflicts(
  repository: Repository,
  path: string,
  choices: ReadonlyMap<string, Side>,
): Promise<void> {
  const sides = await readSides(repository, path)
  const conflicts = await readConflicts(repository, path)
  const open = conflicts.find(({ id }) => !choices.has(id))
  if (open !== undefined) throw new Refusal({ message: `Cannot settle ${path}: ${open.title} is not decided` })
  const { base = '{}', ours = '', theirs = '' } = sides
  const merged = mergeManifests({ base, ours, theirs }, choices)
  const text = merged === undefined ? sides[choices.get(path) ?? 'ours'] : merged.text
  try {
    await settle(repository, path, text)
    for (const [file, side] of merged?.definitions ?? []) {
      const definition = posix.join(posix.dirname(path), file.replaceAll('\\', '/'))
      // Nothing outside of the repository is ours, whatever a manifest says.
      if (definition.startsWith('../') || posix.isAbsolute(file)) continue
      await settle(repository, definition, await committedBy(repository, side, definition))
    }
  } catch (error) {
    throw gitFailure(error, `settle ${path}`)
  }
}

/** `undefined`: it goes. */
async function settle({ git, root }: Repository, path: string, text: string | undefined): Promise<void> {
  if (text === undefined) {
    await git.raw(['rm', '--quiet', '--cached', '--ignore-unmatch', '--', literal(path)])
    return rm(absolutePath(root, path), { force: true })
  }
  await writeFile(absolutePath(root, path), text)
  await git.raw(['add', '--', literal(path)])
}

/** A file as one side committed it; `undefined` where that side has none. */
async function committedBy(repository: Repository, side: Side, path: string): Promise<string | undefined> {
  const { commit } = sidesOf(await readOperation(repository))[side]
  const isThere = (await repository.git.raw(['ls-tree', '--name-only', commit, '--', path])) !== ''
  return isThere ? repository.git.raw(['cat-file', 'blob', `${commit}:${path}`]) : undefined
}

/** The three states that git keeps of a file in conflict; one that a side has taken out is `undefined`. */
async function readSides(repository: Repository, path: string) {
  const { git, root } = repository
  const stages = (await git.raw(['ls-files', '--unmerged', '-z', '--', literal(path)])).split('\0')
  if (stages.every((line) => line === '')) {
    const isThere = await readFile(absolutePath(root, path)).then(
      () => true,
      () => false,
    )
    throw new Refusal({
      message: `Cannot settle ${path}: ${isThere ? 'it is settled already' : 'it is not there'}`,
    })
  }
  const textOf = async (stage: string) => {
    const line = stages.find((each) => each.split('\t')[0]?.endsWith(` ${stage}`))
    const [, blob] = line?.split(' ') ?? []
    return blob === undefined ? undefined : git.raw(['cat-file', 'blob', blob])
  }
  const { ours, theirs } = sidesOf(await readOperation(repository))
  const [base, mine, other] = await Promise.all(['1', ours.stage, theirs.stage].map(textOf))
  return { base, ours: mine, theirs: other }
}
