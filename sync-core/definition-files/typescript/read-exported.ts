import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import type { Problem } from '../../domain/manifest.ts'
import type { JsonObject } from '../../manifest/print/json-value.ts'
import { type Definition, plainSql } from '../definition.ts'
import type { ReadDefinitions } from '../read-sql-definitions.ts'

/**
 * The definitions in what the process that ran a file has said, or why there are none. Whatever the file did, this reads
 * it as data. Pure.
 */
export function readExported(path: string, said: string | Thrown): ReadDefinitions {
  if (typeof said !== 'string') return { definitions: [], problems: [problemOf(path, said)] }
  const result = parsed(said)
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

/** Why a file gave nothing. */
export interface Thrown {
  readonly message: string
  readonly stack: string
}

const childResult = z.union([
  z.object({ schemas: z.array(z.unknown()) }),
  z.object({ error: z.object({ message: z.string(), stack: z.string() }) }),
])

function parsed(text: string): z.infer<typeof childResult> | undefined {
  try {
    return childResult.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
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
