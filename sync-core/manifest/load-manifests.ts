import { dirname, join, resolve } from 'node:path'
import { type BoundPassword, isSameTarget, targetOf } from '../domain/connection.ts'
import type { Manifest, Problem } from '../domain/manifest.ts'
import { type ParsedManifest, parseManifest } from './parse-manifest.ts'
import { isMissingPassword, type Variables } from './read-password.ts'
import { readSettings, settingsFileName, withSettings } from './read-settings.ts'
import { isInside, workspaceRoot } from './workspace-root.ts'

/** Content of a file by absolute path; `undefined` when there is none. Rejects when it cannot be read. */
export type ReadFile = (path: string) => Promise<Uint8Array | string | undefined>

export interface LoadedManifest {
  /** What could be read, with its settings. */
  readonly manifest: Manifest
  readonly locate: ParsedManifest['locate']
}

export interface LoadedManifests {
  readonly loaded: readonly LoadedManifest[]
  readonly problems: readonly Problem[]
}

/** The folder that a manifest may name others in, and whether a path lies in it. */
export interface Borders {
  rootOf(manifestPath: string): Promise<string>
  isInside(root: string, path: string): Promise<boolean>
}

/** The repository; where there is none, the manifest's own folder. Links are followed first. */
export const repositoryBorders: Borders = { rootOf: (path) => workspaceRoot(dirname(path)), isInside }

export interface LoadManifestsOptions {
  readonly readFile: ReadFile
  /** The repository's when absent. */
  readonly borders?: Borders | undefined
  /** Go before what the manifests say; each only where its connection still leads to the place that it is bound to. */
  readonly passwords?: readonly BoundPassword[] | undefined
}

/**
 * Absolute paths in, each file read once, with everything that their `workspaces` name; cycles end by themselves. What a
 * person names may lie anywhere; what a manifest names, only in the repository of the one that the person named: a
 * repository that is opened must not decide which other files of the computer are read.
 */
export async function loadManifests(
  paths: readonly string[],
  variables: Variables,
  { readFile, borders = repositoryBorders, passwords = [] }: LoadManifestsOptions,
): Promise<LoadedManifests> {
  const loaded: LoadedManifest[] = []
  const problems: Problem[] = []
  const seen = new Set<string>()
  const waiting: Wanted[] = paths.map((path) => ({ path, from: { file: path, line: 1, column: 1 }, root: undefined }))
  for (let wanted = waiting.shift(); wanted !== undefined; wanted = waiting.shift()) {
    if (seen.has(wanted.path)) continue
    seen.add(wanted.path)
    if (wanted.root !== undefined && !(await borders.isInside(wanted.root, wanted.path))) {
      problems.push({ severity: 'error', ...wanted.from, message: outside(wanted.path, wanted.root) })
      continue
    }
    const content = await contentOf(wanted, readFile, problems)
    if (content === undefined) continue
    const parsed = parseManifest(content, wanted.path, variables)
    if (parsed.readable === undefined) {
      problems.push(...parsed.problems)
      continue
    }
    const settingsProblems: Problem[] = []
    const settled = await addSettings(parsed.readable, readFile, settingsProblems)
    const manifest = withPasswords(settled, passwords)
    problems.push(...parsed.problems.filter((problem) => !isCured(problem, manifest)), ...settingsProblems)
    loaded.push({ manifest, locate: parsed.locate })
    if (parsed.readable.workspaces.length === 0) continue
    const root = wanted.root ?? (await borders.rootOf(wanted.path))
    waiting.push(...workspacesOf(parsed.readable, parsed.locate, root))
  }
  return { loaded, problems }
}

function withPasswords(manifest: Manifest, passwords: readonly BoundPassword[]): Manifest {
  if (passwords.length === 0) return manifest
  const connections = manifest.connections.map((connection) => {
    const own = passwords.find((each) => each.manifest === manifest.path && each.slug === connection.slug)
    const bound = own !== undefined && isSameTarget(own.target, targetOf(connection)) ? own : undefined
    return bound === undefined ? connection : { ...connection, password: bound.password }
  })
  return { ...manifest, connections }
}

function isCured(problem: Problem, { path, connections }: Manifest): boolean {
  return connections.some(({ slug, password }) => password !== undefined && isMissingPassword(problem, path, slug))
}

/** A file to be read and where it is named. */
interface Wanted {
  readonly path: string
  readonly from: { readonly file: string; readonly line: number; readonly column: number }
  /** Of the manifest that a person named and that led here; `undefined` for that one itself. */
  readonly root: string | undefined
}

function workspacesOf(manifest: Manifest, locate: ParsedManifest['locate'], root: string): readonly Wanted[] {
  const from = { file: manifest.path, ...locate(manifest, ['workspaces']) }
  return manifest.workspaces.map((path) => ({ path: resolve(dirname(manifest.path), path), from, root }))
}

function outside(path: string, root: string): string {
  return `Cannot read ${path}: it lies outside of ${root}, and a manifest can name only what lies in its own repository`
}

async function contentOf(
  { path, from }: Wanted,
  readFile: ReadFile,
  problems: Problem[],
): Promise<Uint8Array | string | undefined> {
  try {
    const content = await readFile(path)
    if (content === undefined) problems.push({ severity: 'error', ...from, message: `There is no manifest at ${path}` })
    return content
  } catch (error) {
    problems.push({ severity: 'error', ...from, message: `Cannot read ${path}: ${reasonOf(error)}` })
    return undefined
  }
}

async function addSettings(manifest: Manifest, readFile: ReadFile, problems: Problem[]): Promise<Manifest> {
  const path = join(dirname(manifest.path), settingsFileName)
  const from = { file: path, line: 1, column: 1 }
  try {
    const content = await readFile(path)
    if (content === undefined) return manifest
    const settings = readSettings(content, path, manifest)
    problems.push(...settings.problems)
    return withSettings(manifest, settings)
  } catch (error) {
    problems.push({ severity: 'error', ...from, message: `Cannot read ${path}: ${reasonOf(error)}` })
    return manifest
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder; name the file in it',
  ENOTDIR: 'a part of the path is no folder',
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
  return reasons[code] ?? code
}
