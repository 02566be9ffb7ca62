import { relative } from 'node:path'
import { type CollectedManifest, collectDefinitions } from '../../definition-files/collect-definitions.ts'
import { type ExtractedFile, extractDefinitions } from '../../definition-files/extract-definitions.ts'
import { relocateProblem } from '../../definition-files/relocate-problem.ts'
import { runDefinitionFile } from '../../definition-files/typescript/run-definition-file.ts'
import type { Pipeline, Problem } from '../../domain/manifest.ts'
import { publicSchemaId } from '../../domain/public-schema.ts'
import { replaceFile } from '../../manifest/print/replace-file.ts'
import { readManifestFile } from '../../manifest/read-manifest-file.ts'
import { readPipeline } from '../../read-pipeline.ts'
import { type CollectArguments, nearest, readCollectArguments } from '../collect-arguments.ts'
import type { CommandIo } from '../io.ts'
import { formatProblem, hasError } from '../print-problems.ts'

/** Merges definition files into manifests, or says how they differ. Returns the exit code. */
export async function collect(args: readonly string[], io: CommandIo): Promise<number> {
  const options = await readCollectArguments(args, io.folder)
  const collected: CollectedManifest[] = []
  for (const path of options.manifests) collected.push(await collectOne(path, options))
  const problems = await allProblems(collected, options, io)
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

function collectOne(path: string, { manifests, files, runTypescript }: CollectArguments): Promise<CollectedManifest> {
  const own = files.filter((file) => nearest(manifests, file) === path)
  return collectDefinitions(path, { files: own, run: runTypescript ? runDefinitionFile : undefined })
}

/** What is wrong with the files, and with the manifests as they would be: at the place in the file that said it. */
async function allProblems(
  collected: readonly CollectedManifest[],
  { database }: CollectArguments,
  io: CommandIo,
): Promise<readonly Problem[]> {
  const own = collected.flatMap(({ problems }) => problems)
  if (hasError(own)) return own
  const texts = new Map(collected.map(({ path, text }) => [path, text]))
  const { pipeline, problems } = await readPipeline([...texts.keys()], io.env, {
    readFile: async (path) => texts.get(path) ?? (await readManifestFile(path)),
    whole: false,
  })
  const placed = problems.map((problem) => collected.reduce(relocateProblem, problem))
  const asked = database && !hasError(placed) ? await databaseProblems(pipeline, collected) : []
  return [...own, ...placed, ...asked]
}

/** What the sources' servers refuse, at the definition where there is one. One that cannot be asked is an error too. */
async function databaseProblems(
  pipeline: Pipeline,
  collected: readonly CollectedManifest[],
): Promise<readonly Problem[]> {
  const { surveyAll } = await import('../../plan-pipeline.ts')
  const surveys = await surveyAll(pipeline)
  return pipeline.sources.flatMap(({ id, publicSchemas, connection }): readonly Problem[] => {
    const survey = surveys.get(id)
    if (survey === undefined) return []
    const manifest = pipeline.manifests.find(({ slug }) => slug === connection.manifest)?.path ?? ''
    const error = { severity: 'error', file: manifest, line: 1, column: 1 } as const
    if ('policy' in survey) return [{ ...error, message: survey.message }]
    return survey.broken.map(({ id: broken, failure }) => {
      const schema = publicSchemas.find((one) => publicSchemaId(one) === broken)
      const filed = collected
        .flatMap((one) => one.filed)
        .find(({ definition }) => definition.kind === 'public schema' && definition.name === schema?.name)
      const place = filed === undefined ? {} : { file: filed.file, ...filed.definition.place }
      return { ...error, ...place, message: failure.message }
    })
  })
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
