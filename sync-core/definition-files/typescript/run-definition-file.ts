import { spawn } from 'node:child_process'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { z } from 'zod'
import type { Problem } from '../../domain/manifest.ts'
import type { JsonObject } from '../../manifest/print/json-value.ts'
import { type Definition, plainSql } from '../definition.ts'
import type { ReadDefinitions } from '../read-sql-definitions.ts'

/** `.js` where this program is compiled. */
const ending = extname(import.meta.filename)
const childPath = join(import.meta.dirname, `child${ending}`)
/** Far above what a definition takes, which is a second with the packages that it imports. */
const timeLimitMs = 30_000
const outputLimit = 16 * 1024 * 1024

/**
 * Runs a TypeScript or JavaScript file and takes the schemas that it exports. It runs in a process of its own, which
 * gets no variable of this one's environment, may read `root` and what belongs to this program, and write nothing. Ask
 * before: what it does beyond that, on the network say, is up to the file. Never rejects: whatever goes wrong becomes a
 * problem.
 */
export async function runDefinitionFile(path: string, root: string): Promise<ReadDefinitions> {
  const said = await runChild(path, root)
  const result = typeof said === 'string' ? parsed(said) : said
  if (result === undefined) return failed(path, 'It gave something that is no definition')
  if ('error' in result) return { definitions: [], problems: [problemOf(path, result.error)] }
  if (result.schemas.length === 0) {
    return failed(path, 'It exports no schema: export default what createPublicSchema and createConsumerSchema give')
  }
  const definitions: Definition[] = []
  const problems: Problem[] = []
  for (const schema of result.schemas) {
    const definition = definitionOf(schema)
    if (typeof definition === 'string') problems.push(...failed(path, definition).problems)
    else definitions.push(definition)
  }
  return { definitions, problems }
}

interface Thrown {
  readonly message: string
  readonly stack: string
}

const childResult = z.union([
  z.object({ schemas: z.array(z.unknown()) }),
  z.object({ error: z.object({ message: z.string(), stack: z.string() }) }),
])

function parsed(text: string): z.infer<typeof childResult> | undefined {
  return childResult.safeParse(JSON.parse(text)).data
}

function runChild(path: string, root: string): Promise<string | { readonly error: Thrown }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...childOptions(root), childPath, path], {
      cwd: dirname(path),
      // Windows starts nothing without its own folder's name.
      env: process.platform === 'win32' ? { SystemRoot: process.env.SystemRoot } : {},
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    let errors = ''
    let told: string | undefined
    const timer = setTimeout(() => {
      errors = `It took longer than ${timeLimitMs / 1000} s`
      child.kill('SIGKILL')
    }, timeLimitMs)
    child.stderr?.on('data', (chunk) => {
      if (errors.length < 10_000) errors += String(chunk)
    })
    child.on('message', (message) => {
      if (typeof message === 'string' && message.length < outputLimit) told = message
    })
    child.on('error', (error) => {
      errors = error.message
    })
    child.on('close', () => {
      clearTimeout(timer)
      const reason = errors.split('\n').find((line) => line.trim() !== '')
      resolve(told ?? { error: { message: reason ?? 'It ended without a word', stack: errors } })
    })
  })
}

/** Files that it may read end where the workspace does. Types are stripped, not compiled: lines stay where they are. */
function childOptions(root: string): readonly string[] {
  const allowed = process.allowedNodeEnvironmentFlags
  const own = fileURLToPath(new URL('../../../', import.meta.url))
  return [
    ...(allowed.has('--permission')
      ? ['--permission', ...[root, own, packagesFolder()].map((folder) => `--allow-fs-read=${join(folder, '*')}`)]
      : []),
    '--no-warnings',
    '--max-old-space-size=512',
  ]
}

/** The folder `node_modules` that this program's own packages lie in. */
function packagesFolder(): string {
  const zod = fileURLToPath(import.meta.resolve('zod'))
  return zod.slice(0, zod.lastIndexOf('node_modules') + 'node_modules'.length)
}

const name = z.string().min(1)
const json = z.record(z.string(), z.json())
const publicSchema = z.object({
  name,
  source: z.object({ dataStoreSlug: name }),
  version: z.object({ major: z.int().min(0), minor: z.int().min(0) }),
  outputSchema: json,
  config: z.object({
    publicSchemaType: z.literal('postgres'),
    transformations: z.array(
      z.object({ operation: z.enum(['insert', 'update', 'delete']), table: name, sql: z.string() }),
    ),
  }),
})
const consumerSchema = z.object({
  name,
  sourceManifestSlug: name,
  publicSchema: z.object({ name, majorVersion: z.int().min(0) }),
  config: z.object({
    consumerSchemaType: z.literal('postgres'),
    destinationDataStoreSlug: name,
    sql: name,
    deleteSql: z.string().optional(),
  }),
})

/** A definition, or a sentence that says why it is none. */
function definitionOf(schema: unknown): Definition | string {
  const place = { line: 1, column: 1 }
  const placeOf = () => place
  const isConsumer = typeof schema === 'object' && schema !== null && 'sourceManifestSlug' in schema
  const read = isConsumer ? consumerSchema.safeParse(schema) : publicSchema.safeParse(schema)
  if (!read.success) return `A schema is not whole: ${sentenceOf(read.error)}`
  if ('sourceManifestSlug' in read.data) {
    const { name, sourceManifestSlug, publicSchema, config } = read.data
    return {
      kind: 'consumer schema',
      name,
      reads: { manifest: sourceManifestSlug, ...publicSchema },
      destination: config.destinationDataStoreSlug,
      sql: { sql: plainSql(config.sql), placeOf },
      // A program says all of its config: without this there is none.
      deleteSql: { sql: plainSql(config.deleteSql ?? ''), placeOf },
      place,
    }
  }
  const { name, source, version, outputSchema, config } = read.data
  const jsonSchema: JsonObject = outputSchema
  return {
    kind: 'public schema',
    name,
    version,
    dataStore: source.dataStoreSlug,
    additions: {},
    output: { jsonSchema },
    transformations: config.transformations.map((one) => ({ ...one, sql: plainSql(one.sql), placeOf })),
    place,
  }
}

function sentenceOf(error: z.ZodError): string {
  const [issue] = error.issues
  return issue === undefined ? 'something is wrong' : `${issue.path.join('.')}: ${issue.message}`
}

/** Where in the file itself it was thrown, when the stack says so. */
function problemOf(path: string, { message, stack }: Thrown): Problem {
  const here = stack.split('\n').find((line) => line.includes(pathToFileURL(path).href) || line.includes(path))
  const [, line = '1', column = '1'] = /:(\d+)(?::(\d+))?\)?$/.exec(here?.trim() ?? '') ?? []
  const sentence = message.split('\n')[0] ?? message
  return {
    severity: 'error',
    file: path,
    line: Number(line),
    column: Number(column),
    message: `Cannot run it: ${sentence}`,
  }
}

function failed(file: string, message: string): ReadDefinitions {
  return { definitions: [], problems: [{ severity: 'error', file, line: 1, column: 1, message }] }
}
