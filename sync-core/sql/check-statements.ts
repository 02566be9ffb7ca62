import type { ConsumerDefinition, Pipeline, Problem } from '../domain/manifest.ts'
import type { PublicSchema } from '../domain/public-schema.ts'
import { checkConsumerSql } from './check-consumer-sql.ts'
import { checkPublicSchema } from './check-public-schema.ts'
import { inferKey } from './infer-key.ts'
import { keyWarnings } from './key-warnings.ts'
import { whyNotOverImages } from './over-images.ts'
import { SqlError, type SqlProblem } from './sql-problem.ts'
import { mayBeSameTable, readTableName, showTableName, type TableName } from './table-name.ts'

/** Where a noun, a field's value, and a character of a text are written. */
export type Locate = (
  noun: object,
  fields?: readonly string[],
  position?: number,
) => Pick<Problem, 'file' | 'line' | 'column'> | undefined

/** What is wrong with all SQL of a pipeline, as far as its text says, each at its place in its file. */
export function checkStatements(pipeline: Pipeline, locate: Locate): readonly Problem[] {
  const place = (
    noun: object,
    fields: readonly string[],
    { severity, position, message, cure }: SqlProblem,
  ): Problem => ({
    severity,
    ...(locate(noun, fields, position) ?? { file: '', line: 1, column: 1 }),
    message,
    ...(cure === undefined ? {} : { cure }),
  })
  const schemas = pipeline.manifests.flatMap(({ publicSchemas }) => publicSchemas)
  const consumers = pipeline.manifests.flatMap(({ consumerSchemas }) => consumerSchemas)
  return [
    ...schemas.flatMap((schema) =>
      checkPublicSchema(schema).map(({ transformation, problem }) => place(transformation, ['sql'], problem)),
    ),
    ...consumers.flatMap((consumer) => {
      const definition = pipeline.consumers.find(({ schema }) => schema === consumer)
      const columns = columnsOf(definition?.publicSchema)
      return [
        ...versionProblems(definition).map((one) => place(consumer, ['publicSchema'], one)),
        ...checkWriting(consumer.sql, columns, definition, pipeline).map((one) =>
          place(consumer, ['config', 'sql'], one),
        ),
        ...(consumer.deleteSql === undefined
          ? []
          : checkWriting(consumer.deleteSql, columns, definition, pipeline).map((one) =>
              place(consumer, ['config', 'deleteSql'], one),
            )),
      ]
    }),
  ]
}

/** Why every version of a public schema's rows cannot be given, as far as its text says; `undefined` when it can. */
export function whyNotEveryVersion({ transformations }: PublicSchema): string | undefined {
  const [only, another] = transformations
  if (only === undefined || another !== undefined) return 'it is made of several tables'
  try {
    return whyNotOverImages(only.sql, only.table)
  } catch (failure) {
    // Told at the transformation itself.
    if (failure instanceof SqlError) return 'its SQL cannot be read'
    throw failure
  }
}

function versionProblems(definition: ConsumerDefinition | undefined): readonly SqlProblem[] {
  if (definition?.schema.everyVersion !== true) return []
  const { schema, publicSchema } = definition
  const reason = whyNotEveryVersion(publicSchema)
  if (reason === undefined) return []
  const message = `Consumer schema "${schema.name}" takes every version of public schema "${publicSchema.name}", which cannot be given: ${reason}`
  return [{ severity: 'error', position: 1, message }]
}

function columnsOf(schema: PublicSchema | undefined): readonly string[] | undefined {
  return schema === undefined || schema.columns.length === 0 ? undefined : schema.columns.map(({ name }) => name)
}

function checkWriting(
  sql: string,
  columns: readonly string[] | undefined,
  definition: ConsumerDefinition | undefined,
  pipeline: Pipeline,
): readonly SqlProblem[] {
  const { statement, problems } = checkConsumerSql(sql, columns)
  if (statement?.target === undefined || definition === undefined) return problems
  const { publicSchema } = definition
  const key = publicSchema.key ?? inferredKey(publicSchema)
  const warnings = key === undefined ? [] : keyWarnings(sql, { name: publicSchema.name, key, columns })
  return [...problems, ...loopProblems(statement.target, definition, pipeline), ...warnings]
}

function inferredKey({ transformations: [first] }: PublicSchema): readonly string[] | undefined {
  try {
    return first && inferKey(first.sql)?.outputColumns
  } catch (failure) {
    // Told at the transformation itself.
    if (failure instanceof SqlError) return undefined
    throw failure
  }
}

/** What writes a table that it is published from would feed itself for ever. */
export function loopProblems(
  target: TableName,
  consumer: ConsumerDefinition,
  pipeline: Pipeline,
): readonly SqlProblem[] {
  const { destination, publicSchema, sourceId } = consumer
  const definition = pipeline.sources.find(({ id }) => id === sourceId)
  const source = definition?.connection
  const sameDatabase =
    source?.host === destination.host && source.port === destination.port && source.database === destination.database
  const schemas = definition?.publicSchemas ?? [publicSchema]
  const published = schemas.find(({ transformations }) =>
    transformations.some(({ table }) => {
      const name = readTableName(table)
      return name !== undefined && mayBeSameTable(name, target)
    }),
  )
  if (!sameDatabase || published === undefined) return []
  const own = published.name === publicSchema.name
  const which = own ? 'the public schema that it reads' : `public schema "${published.name}" of the same source`
  const message = `It writes ${showTableName(target)}, which ${which} is made of: that would never end`
  return [{ severity: 'error', position: 1, message }]
}
