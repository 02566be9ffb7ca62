import type { Connection } from './domain/connection.ts'
import type { CheckPurpose, CheckRequest } from './domain/connection-check.ts'
import type { Pipeline } from './domain/manifest.ts'
import { dependedTables } from './sql/depended-tables.ts'
import { SqlError } from './sql/sql-problem.ts'
import { showTableName, type TableName } from './sql/table-name.ts'
import { writtenTable } from './sql/written-table.ts'

/**
 * What manifests want of a connection of theirs: followed from, written into, or both, with the tables that their public
 * and consumer schemas name. One that nothing uses yet is asked about both.
 */
export function checkRequest(pipeline: Pipeline, connection: Connection, purpose?: CheckPurpose): CheckRequest {
  const source = pipeline.sources.find((one) => one.connection === connection)
  const consumers = pipeline.consumers.filter(({ destination }) => destination === connection)
  const reads = source?.publicSchemas.flatMap((schema) => schema.transformations.map(({ table }) => table))
  const looksInto = source?.publicSchemas.flatMap((schema) =>
    schema.transformations.flatMap(({ sql }) => readTables(sql).map(showTableName)),
  )
  const writes = consumers.flatMap(({ schema }) =>
    [schema.sql, schema.deleteSql].flatMap((sql) => (sql === undefined ? [] : (writtenTable(sql) ?? []))),
  )
  return {
    connection,
    purpose: purpose ?? purposeOf(source !== undefined, consumers.length > 0),
    ...(reads === undefined ? {} : { reads: [...new Set(reads)] }),
    ...(looksInto === undefined ? {} : { looksInto: [...new Set(looksInto)] }),
    ...(writes.length === 0 ? {} : { writes: [...new Set(writes.map(showTableName))] }),
    ...(source === undefined ? {} : { publicationName: source.publicationName, slotName: source.slotName }),
  }
}

/** What cannot be parsed is told elsewhere. */
function readTables(sql: string): readonly TableName[] {
  try {
    return dependedTables(sql)
  } catch (error) {
    if (error instanceof SqlError) return []
    throw error
  }
}

function purposeOf(isSource: boolean, isDestination: boolean): CheckPurpose {
  if (isSource === isDestination) return 'both'
  return isSource ? 'source' : 'destination'
}

/** The connections that a name may mean: `accounts-db`, or `@manifest/accounts-db` where several have that slug. */
export function connectionsNamed(pipeline: Pipeline, name: string): readonly Connection[] {
  const all = pipeline.manifests.flatMap(({ connections }) => connections)
  const exact = all.filter(({ manifest, slug }) => `${manifest}/${slug}` === name)
  return exact.length > 0 ? exact : all.filter(({ slug }) => slug === name)
}
