import { sep } from 'node:path'
import type { Problem } from '../../sync-core/domain/manifest.ts'
import { type Borders, repositoryBorders } from '../../sync-core/manifest/load-manifests.ts'
import { readPipeline } from '../../sync-core/read-pipeline.ts'
import type { TeamView } from '../contract/contract.ts'
import { mostManifests, type TeamCopy } from '../teams/team-copies.ts'
import type { ReadWorkspace } from './read-workspace.ts'
import { viewManifests } from './workspace-view.ts'

export interface ReadTeams {
  readonly teams: readonly TeamView[]
  /** Of the workspace's own files, as they are with those manifests around them. */
  readonly problems: readonly Problem[]
}

/**
 * The manifests of other teams' repositories, held together with the workspace's own: references between them are resolved,
 * `access` and slugs are checked. No secret is read for them, since nothing of theirs is connected to or run.
 */
export async function readTeams(own: ReadWorkspace, copies: readonly TeamCopy[]): Promise<ReadTeams> {
  const ownPaths = own.pipeline.manifests.map(({ path }) => path)
  const theirs = copies.flatMap(({ manifestPaths }) => manifestPaths)
  if (theirs.length === 0) return { teams: copies.map((copy) => viewOf(copy, nothing)), problems: own.problems }
  // The first of a name counts, and those are the workspace's own.
  const all = await readPipeline([...ownPaths, ...theirs], {}, { borders: bordersOf(copies) })
  const teams = copies.map((copy) => {
    const isIts = ({ path }: { readonly path: string }) => copy.manifestPaths.includes(path)
    const manifests = all.pipeline.manifests.filter(isIts)
    const faults = all.problems.filter(
      ({ severity, file }) => severity === 'error' && copy.manifestPaths.includes(file),
    )
    return viewOf(copy, { ...viewManifests(manifests, all.pipeline, () => 'none'), faults })
  })
  return { teams, problems: problemsAmong(own.problems, all.problems, theirs) }
}

const nothing = { manifests: [], connections: [], publicSchemas: [], consumers: [], faults: [] }

function viewOf(
  { address, name, fetchedAt, fetching, failure, left }: TeamCopy,
  { faults, ...what }: ReturnType<typeof viewManifests> & { readonly faults: readonly Problem[] },
): TeamView {
  return {
    url: address,
    name,
    fetching,
    ...(fetchedAt === undefined ? {} : { fetchedAt }),
    ...(failure === undefined ? {} : { failure }),
    faults: [
      ...faults.map(({ message }) => message),
      ...(left === 0 ? [] : [`${left} more are not looked at: of one repository ${mostManifests} are`]),
    ],
    ...what,
  }
}

/** A consumer of theirs reads and a consumer of ours reads: what is not known without them is known now, and is not run here. */
function problemsAmong(
  own: readonly Problem[],
  all: readonly Problem[],
  theirs: readonly string[],
): readonly Problem[] {
  const isIn = (problems: readonly Problem[], one: Problem) =>
    problems.some(({ file, line, message }) => file === one.file && line === one.line && message === one.message)
  const elsewhere = own.map((problem) =>
    problem.severity === 'warning' || isIn(all, problem)
      ? problem
      : {
          ...problem,
          message: `${problem.message}: it is in a repository of another team, which is shown and not run`,
        },
  )
  const more = all.filter(
    (problem) => problem.severity === 'error' && !theirs.includes(problem.file) && !isIn(own, problem),
  )
  return [...elsewhere, ...more]
}

/** A manifest of theirs can name only what lies in its own copy. */
function bordersOf(copies: readonly TeamCopy[]): Borders {
  return {
    ...repositoryBorders,
    rootOf: async (path) =>
      copies.find(({ filesFolder }) => path.startsWith(filesFolder + sep))?.filesFolder ??
      repositoryBorders.rootOf(path),
  }
}
