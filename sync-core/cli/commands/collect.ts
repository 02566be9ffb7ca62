import { dirname, extname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type CollectedManifest, collectDefinitions } from '../../definition-files/collect-definitions.ts'
import { type ExtractedFile, extractDefinitions } from '../../definition-files/extract-definitions.ts'
import { relocateProblem } from '../../definition-files/relocate-problem.ts'
import { runDefinitionFile } from '../../definition-files/typescript/run-definition-file.ts'
import type { Problem } from '../../domain/manifest.ts'
import { replaceFile } from '../../manifest/print/replace-file.ts'
import { readManifestFile } from '../../manifest/read-manifest-file.ts'
import { readPipeline } from '../../read-pipeline.ts'
import type { CommandIo } from '../io.ts'
import { formatProblem, hasError } from '../print-problems.ts'
import { UsageError } from '../usage-error.ts'

interface CollectArguments {
  readonly check: boolean
  readonly write: boolean
  readonly json: boolean
  readonly runTypescript: boolean
  /** Absolute; where to put the definition files of schemas that have none. */
  readonly extract: string | undefined
  /** Absolute. */
  readonly manifests: readonly string[]
  readonly files: readonly string[]
}

/** Merges definition files into manifests, or says how they differ. Returns the exit code. */
export async function collect(args: readonly string[], io: CommandIo): Promise<number> {
  const options = await readArguments(args, io.folder)
  const collected: CollectedManifest[] = []
  for (const path of options.manifests) collected.push(await collectOne(path, options))
  const problems = await allProblems(collected, io)
  const failed = hasError(problems)
  const extracted = failed || options.extract === undefined ? [] : await extractAll(collected, options.extract)
  const written = new Set<string>()
  for (const { path, content, text } of failed || !options.write ? [] : collected) {
    if (await replaceFile(path, content, text)) written.add(path)
  }
  if (options.json) tellJson(collected, problems, written, extracted, io)
  else tell(collected, problems, written, extracted, options, io)
  const differs = collected.some(({ changes }) => changes.some(({ state }) => state !== 'unchanged'))
  return failed || (options.check && differs) ? 1 : 0
}

async function readArguments(args: readonly string[], folder: string): Promise<CollectArguments> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      check: { type: 'boolean' },
      write: { type: 'boolean' },
      json: { type: 'boolean' },
      'run-typescript': { type: 'boolean' },
      extract: { type: 'string' },
    },
  })
  if (values.check === true && (values.write === true || values.extract !== undefined)) {
    throw new UsageError('--check writes nothing: leave out --write and --extract')
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

function collectOne(path: string, { manifests, files, runTypescript }: CollectArguments): Promise<CollectedManifest> {
  const own = files.filter((file) => nearest(manifests, file) === path)
  return collectDefinitions(path, { files: own, run: runTypescript ? runDefinitionFile : undefined })
}

/** A definition file belongs to the manifest that is fewest folders away. */
function nearest(manifests: readonly string[], file: string): string | undefined {
  const distance = (manifest: string) => relative(dirname(manifest), file).split(/[\\/]/)
  const steps = (manifest: string) => {
    const path = distance(manifest)
    return path.length + 100 * path.filter((step) => step === '..').length
  }
  return manifests.toSorted((a, b) => steps(a) - steps(b))[0]
}

/** What is wrong with the files, and with the manifests as they would be: at the place in the file that said it. */
async function allProblems(collected: readonly CollectedManifest[], io: CommandIo): Promise<readonly Problem[]> {
  const own = collected.flatMap(({ problems }) => problems)
  if (hasError(own)) return own
  const texts = new Map(collected.map(({ path, text }) => [path, text]))
  const { problems } = await readPipeline([...texts.keys()], io.env, {
    readFile: async (path) => texts.get(path) ?? (await readManifestFile(path)),
    whole: false,
  })
  const placed = problems.map((problem) => collected.reduce(relocateProblem, problem))
  return [...own, ...placed]
}

async function extractAll(collected: CollectedManifest[], folder: string): Promise<readonly ExtractedFile[]> {
  const all: ExtractedFile[] = []
  for (const [place, one] of collected.entries()) {
    const { manifest, files } = await extractDefinitions(one, folder)
    collected[place] = manifest
    all.push(...files)
  }
  return all
}

function tellJson(
  collected: readonly CollectedManifest[],
  problems: readonly Problem[],
  written: ReadonlySet<string>,
  extracted: readonly ExtractedFile[],
  io: CommandIo,
): void {
  const manifests = collected.map(({ path, changes }) => ({ path, changes, written: written.has(path) }))
  io.out(`${JSON.stringify({ manifests, extracted, problems })}\n`)
}

function tell(
  collected: readonly CollectedManifest[],
  problems: readonly Problem[],
  written: ReadonlySet<string>,
  extracted: readonly ExtractedFile[],
  { write }: CollectArguments,
  io: CommandIo,
): void {
  const shown = (path: string) => relative(io.folder, path) || path
  for (const problem of problems) io.out(formatProblem(problem, io.folder))
  for (const { path, changes } of collected) {
    for (const { title, state, differs, definitionFile } of changes) {
      if (state === 'added') io.out(`${shown(path)}: ${title} is new, from ${definitionFile}\n`)
      if (state === 'changed')
        io.out(`${shown(path)}: ${title} differs from ${definitionFile}: ${differs.join(', ')}\n`)
    }
    if (changes.length > 0 && changes.every(({ state }) => state === 'unchanged')) {
      io.out(`${shown(path)}: agrees with its definition files\n`)
    }
  }
  for (const { file, title, reason } of extracted) {
    io.out(reason === undefined ? `${shown(file)}: written, ${title}\n` : `${shown(file)}: not written: ${reason}\n`)
  }
  for (const path of written) io.out(`${shown(path)}: written\n`)
  const open = collected.some(({ changes }) => changes.some(({ state }) => state !== 'unchanged'))
  if (open && !write && !hasError(problems)) io.out('Nothing was written: --write takes this into the manifest\n')
}
