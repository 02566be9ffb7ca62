import { readFile } from 'node:fs/promises'
import { dirname, join, posix, relative, sep } from 'node:path'
import { exportManifest } from '../../sync-core/manifest/export-manifest.ts'
import { readJsonDocument } from '../../sync-core/manifest/json-document.ts'
import { isInside, workspaceRoot } from '../../sync-core/manifest/workspace-root.ts'
import { findSecrets } from '../git/find-secrets.ts'
import { ourFiles } from '../git/our-files.ts'
import { Refusal } from '../ipc/refusal.ts'

export interface ExportedFile {
  /** From the folder that all of them lie in, with `/`. */
  readonly path: string
  readonly text: string
}

export interface WorkspaceExport {
  readonly files: readonly ExportedFile[]
  /** A sentence each. */
  readonly notes: readonly string[]
}

/**
 * The files of a workspace as they may leave the team: manifests with variables for passwords, settings, and the definition
 * files that they name; nothing else of the folder. Rejects with a Refusal where one cannot be read, or holds a secret still.
 */
export async function readExport(manifestPaths: readonly string[]): Promise<WorkspaceExport> {
  const root = await workspaceRoot(dirname(manifestPaths[0] ?? '.'))
  const files = new Map<string, string>()
  const notes: string[] = []
  for (const manifestPath of manifestPaths) {
    const exported = await readManifest(manifestPath)
    notes.push(...exported.notes)
    const place = relative(root, manifestPath).split(sep).join('/')
    for (const path of ourFiles(place, exported.text).keys()) {
      if (path === place) files.set(path, exported.text)
      else {
        const text = await readOther(root, path)
        if (text !== undefined) files.set(path, text)
        else if (!path.endsWith('.json')) notes.push(`${path} is named by ${place} and is not there.`)
      }
    }
  }
  const [secret] = [...files].flatMap(([path, text]) => findSecrets(path, '', text))
  if (secret !== undefined) {
    throw new Refusal({
      message: `Cannot export: line ${secret.line} of ${secret.path} holds ${secret.what}`,
      solution: 'Write the name of a variable in its place, as the manifest format has it.',
    })
  }
  const common = commonFolder([...files.keys()])
  return { files: [...files].map(([path, text]) => ({ path: posix.relative(common, path), text })).sort(byPath), notes }
}

/** One manifest with variables for passwords. Rejects with a Refusal. */
export async function readManifest(path: string): Promise<ReturnType<typeof exportManifest>> {
  const { root, text, problems } = readJsonDocument(await readFile(path), path)
  const [problem] = problems
  if (problem === undefined && root?.type === 'object') return exportManifest(text)
  throw new Refusal({
    message: `Cannot export ${path}: ${problem?.message ?? 'A manifest is a JSON object'}`,
    solution: 'Correct the manifest and try again.',
    ...(problem === undefined ? {} : { details: `${path}:${problem.line}:${problem.column}` }),
  })
}

/** `undefined` where there is none, or where a link leads out of the repository. */
async function readOther(root: string, path: string): Promise<string | undefined> {
  const absolute = join(root, ...path.split('/'))
  return (await isInside(root, absolute)) ? readFile(absolute, 'utf8').catch(() => undefined) : undefined
}

/** Pure. */
export function commonFolder(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => posix.dirname(path).split('/'))
  const shared = first.findIndex((name, at) => others.some((other) => other[at] !== name))
  const names = shared === -1 ? first : first.slice(0, shared)
  return names.length === 0 ? '.' : names.join('/')
}

function byPath(a: ExportedFile, b: ExportedFile): number {
  return a.path < b.path ? -1 : 1
}
