import { dirname, extname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readManifestFile } from '../manifest/read-manifest-file.ts'
import { UsageError } from './usage-error.ts'

export interface CollectArguments {
  readonly check: boolean
  readonly write: boolean
  readonly json: boolean
  readonly runTypescript: boolean
  /** Have the sources' servers read the SQL: what a check does unless it is told to do without them. */
  readonly database: boolean
  /** Absolute; where to put the definition files of schemas that have none. */
  readonly extract: string | undefined
  /** Absolute. */
  readonly manifests: readonly string[]
  readonly files: readonly string[]
}

/** What `rejot collect` was told. Throws a UsageError. */
export async function readCollectArguments(args: readonly string[], folder: string): Promise<CollectArguments> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      check: { type: 'boolean' },
      write: { type: 'boolean' },
      json: { type: 'boolean' },
      'run-typescript': { type: 'boolean' },
      database: { type: 'boolean' },
      offline: { type: 'boolean' },
      extract: { type: 'string' },
    },
  })
  if (values.check === true && (values.write === true || values.extract !== undefined)) {
    throw new UsageError('--check writes nothing: leave out --write and --extract')
  }
  if (values.offline === true && values.database === true) {
    throw new UsageError('--offline asks no database: leave out --database')
  }
  const paths = positionals.map((path) => resolve(folder, path))
  const files = paths.filter((path) => extname(path) !== '.json')
  const named = paths.filter((path) => extname(path) === '.json')
  const manifests = named.length > 0 ? named : await manifestsAbove(files)
  if (manifests.length === 0) throw new UsageError('Which manifest? Name at least one rejot-manifest.json')
  return {
    check: values.check === true,
    write: values.write === true,
    json: values.json === true,
    runTypescript: values['run-typescript'] === true,
    database: values.database === true || (values.check === true && values.offline !== true),
    extract: values.extract === undefined ? undefined : resolve(folder, values.extract),
    manifests,
    files,
  }
}

/** Without a manifest on the command line: those that lie above the definition files. */
async function manifestsAbove(files: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>()
  for (const file of files) {
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      const candidate = join(folder, 'rejot-manifest.json')
      const content = await readManifestFile(candidate).catch(() => undefined)
      if (content !== undefined) found.add(candidate)
      if (content !== undefined || dirname(folder) === folder) break
    }
  }
  return [...found]
}

/** A definition file belongs to the manifest that is fewest folders away. */
export function nearest(manifests: readonly string[], file: string): string | undefined {
  const distance = (manifest: string) => relative(dirname(manifest), file).split(/[\\/]/)
  const steps = (manifest: string) => {
    const path = distance(manifest)
    return path.length + 100 * path.filter((step) => step === '..').length
  }
  return manifests.toSorted((a, b) => steps(a) - steps(b))[0]
}
