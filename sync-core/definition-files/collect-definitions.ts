import { dirname, extname, relative, resolve, sep } from 'node:path'
import type { Problem } from '../domain/manifest.ts'
import { fieldOf, objectsIn, type Subject } from '../manifest/fields.ts'
import { type JsonDocument, readJsonDocument, report } from '../manifest/json-document.ts'
import { editJson } from '../manifest/print/edit-json.ts'
import { type Json, type JsonObject, listOf, objectOf } from '../manifest/print/json-value.ts'
import { readManifestFile } from '../manifest/read-manifest-file.ts'
import { isInside, workspaceRoot } from '../manifest/workspace-root.ts'
import { nameDefinition } from './definition.ts'
import { type DefinitionChange, describeChange } from './describe-changes.ts'
import { type FiledDefinition, findEntry, mergeDefinitions } from './merge-definitions.ts'
import { type ReadDefinitions, readSqlDefinitions } from './read-sql-definitions.ts'

export interface CollectOptions {
  /** Definition files that the manifest may not name yet. Absolute. */
  readonly files: readonly string[]
  /** Runs a definition file that is a program; `undefined` where that is not allowed. */
  readonly run: ((path: string, root: string) => Promise<ReadDefinitions>) | undefined
}

export interface CollectedManifest {
  /** Absolute. */
  readonly path: string
  /** As it was read; `undefined` when there is none. */
  readonly content: Uint8Array | undefined
  /** The text with what its definition files say: the same one when that is nothing new. */
  readonly text: string
  /** One for each definition. */
  readonly changes: readonly DefinitionChange[]
  readonly filed: readonly PlacedDefinition[]
  readonly problems: readonly Problem[]
}

export interface PlacedDefinition extends FiledDefinition {
  /** Absolute path of its file. */
  readonly file: string
}

/** Reads the definition files of a manifest and merges them into its text. Writes nothing. */
export async function collectDefinitions(path: string, options: CollectOptions): Promise<CollectedManifest> {
  const content = await readManifestFile(path)
  if (content === undefined) {
    const problem: Problem = {
      severity: 'error',
      file: path,
      line: 1,
      column: 1,
      message: `There is no manifest at ${path}`,
    }
    return { path, content, text: '', changes: [], filed: [], problems: [problem] }
  }
  const document = readJsonDocument(content, path)
  const { text, problems, root } = document
  if (root?.type !== 'object' || problems.length > 0) {
    if (root !== undefined && problems.length === 0) report(document, root, 'A manifest is a JSON object')
    return { path, content, text, changes: [], filed: [], problems }
  }
  const before: JsonObject = JSON.parse(text)
  const wanted = wantedFiles({ document, node: root, name: 'this manifest' }, options.files)
  const filed: PlacedDefinition[] = []
  for (const file of wanted) {
    const found = await readFile(file, document, options)
    problems.push(...found.problems)
    const definitionFile = relative(dirname(path), file.path).split(sep).join('/')
    filed.push(...found.definitions.map((definition) => ({ definition, definitionFile, file: file.path })))
  }
  const defined = withoutRepeats(filed, problems)
  const after = mergeDefinitions(before, defined)
  reportUndefined(before, defined, document, wanted)
  return {
    path,
    content,
    text: editJson(text, plainJson(after)),
    changes: defined.map((one) => describeChange(before, after, one)),
    filed: defined,
    problems,
  }
}

interface WantedFile {
  readonly path: string
  /** Offset in the manifest of what names it; `undefined` when the command line does. */
  readonly offset: number | undefined
}

/** The files that the manifest names, and those that are named besides, each once. */
function wantedFiles(manifest: Subject, named: readonly string[]): readonly WantedFile[] {
  const folder = dirname(manifest.document.path)
  const entries = [...objectsIn(manifest, 'publicSchemas'), ...objectsIn(manifest, 'consumerSchemas')]
  const own = entries.flatMap((entry) => {
    const node = fieldOf(entry, 'definitionFile')
    return typeof node?.value === 'string' ? [{ path: resolve(folder, node.value), offset: node.offset }] : []
  })
  const all: readonly WantedFile[] = [...own, ...named.map((path) => ({ path, offset: undefined }))]
  return all.filter(({ path }, index) => all.findIndex((other) => other.path === path) === index)
}

const programs = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']

async function readFile(
  { path, offset }: WantedFile,
  manifest: JsonDocument,
  { run }: CollectOptions,
): Promise<ReadDefinitions> {
  const nothing: ReadDefinitions = { definitions: [], problems: [] }
  const complain = (message: string, severity: Problem['severity'] = 'error'): ReadDefinitions => {
    if (offset !== undefined) report(manifest, { offset }, message, severity)
    else return { definitions: [], problems: [{ severity, file: path, line: 1, column: 1, message }] }
    return nothing
  }
  const root = await workspaceRoot(dirname(manifest.path))
  if (!(await isInside(root, path))) return complain(`${path} is outside of this workspace, ${root}: it is not read`)
  const content = await readManifestFile(path).catch(() => undefined)
  if (content === undefined) return complain(`There is no definition file at ${path}`)
  const kind = extname(path)
  if (kind === '.sql') return readSqlDefinitions(new TextDecoder().decode(content), path)
  if (!programs.includes(kind)) return complain(`A definition file of this kind is not known: ${kind}`, 'warning')
  if (run !== undefined) return run(path, root)
  return complain(`${relative(root, path)} is a program: it is run only with --run-typescript`)
}

/** The first of several that define the same counts. */
function withoutRepeats(filed: readonly PlacedDefinition[], problems: Problem[]): readonly PlacedDefinition[] {
  const seen = new Map<string, PlacedDefinition>()
  for (const one of filed) {
    const title = nameDefinition(one.definition)
    const first = seen.get(title)
    if (first === undefined) seen.set(title, one)
    else {
      const message = `A second definition of ${title}; the first is in ${first.definitionFile}`
      problems.push({ severity: 'error', file: one.file, ...one.definition.place, message })
    }
  }
  return [...seen.values()]
}

/** Schemas whose file was read and does not define them: they stay, and it is said. */
function reportUndefined(
  before: JsonObject,
  filed: readonly PlacedDefinition[],
  document: JsonDocument,
  wanted: readonly WantedFile[],
): void {
  const found = new Set(filed.map((one) => findEntry(before, one)))
  const read = new Set(filed.map((one) => one.definitionFile))
  for (const entry of [...listOf(before.publicSchemas), ...listOf(before.consumerSchemas)].map(objectOf)) {
    const { name, definitionFile } = entry
    if (found.has(entry) || typeof definitionFile !== 'string' || !read.has(definitionFile)) continue
    const place = wanted.find(({ path }) => path === resolve(dirname(document.path), definitionFile))?.offset
    report(
      document,
      { offset: place ?? 0 },
      `"${name}" is not defined in ${definitionFile}: it stays as it is here`,
      'warning',
    )
  }
}

/** Without the fields that are `undefined`. */
function plainJson(value: JsonObject): Json {
  return JSON.parse(JSON.stringify(value))
}
