import type { SourceDefinition } from '../domain/manifest.ts'
import type { SqlAnalyst } from '../domain/sql-analyst.ts'
import type { SourceSurvey } from '../domain/start-plan.ts'
import { checkSource } from './check-source.ts'
import { asFailureError } from './classify-failure.ts'
import { inspectPublication } from './ensure-publication.ts'
import { prepareSchemas, tablesOf, withPlaces } from './followed-schemas.ts'
import type { PostgresPublicSchema } from './prepare-public-schema.ts'
import { openSession, type Session } from './session.ts'

/** Looking must never wait for somebody's ALTER TABLE, nor run for long. */
const surveySettings = { default_transaction_read_only: 'on', lock_timeout: '2s', statement_timeout: '30s' }

/**
 * What a start would find on a source's server. Has the server read the SQL of every public schema, and changes
 * nothing. Throws a FailureError where the server cannot be reached, or cannot be a source.
 */
export async function surveySource(definition: SourceDefinition, analyst: SqlAnalyst): Promise<SourceSurvey> {
  const { connection, slotName, publicationName } = definition
  try {
    const session = await openSession(connection, { purpose: 'plan', settings: surveySettings })
    try {
      await checkSource(session, connection.slug)
      const { schemas, broken } = await prepareSchemas(session, definition, analyst, new Set())
      const tables = tablesOf(schemas)
      const { places } = await inspectPublication(session, publicationName, tables)
      const [[publication] = []] = await session.rows(
        'select puballtables::text from pg_publication where pubname = $1',
        [publicationName],
      )
      const [slot] = await session.rows('select 1 from pg_replication_slots where slot_name = $1', [slotName])
      const lacking = publication === 'true' ? [] : tables.filter(({ oid }) => !places.has(oid))
      const surveyed = []
      for (const schema of schemas) {
        const rowsEstimated = await estimateRows(session, schema)
        surveyed.push({ id: schema.id, key: schema.key, definitionHash: withPlaces(schema, places), rowsEstimated })
      }
      return {
        slotExists: slot !== undefined,
        publicationExists: publication !== undefined,
        tablesToPublish: lacking.map(({ quoted }) => quoted),
        schemas: surveyed,
        broken,
      }
    } finally {
      await session.close()
    }
  } catch (error) {
    throw asFailureError(error, connection.slug)
  }
}

function sourcesOf({ transformations }: PostgresPublicSchema) {
  return transformations.map(({ source }) => source)
}

/** As many rows are counted where the server's own number is smaller, which may be of a table that was never analysed. */
const countedRows = 10_000

/** `undefined`: more than is counted, and the server does not know either. */
async function estimateRows(session: Session, schema: PostgresPublicSchema): Promise<number | undefined> {
  let sum = 0
  for (const { oid, quoted } of sourcesOf(schema)) {
    // A partitioned table's own estimate includes its partitions'.
    const [row] = await session.rows('select reltuples::int8 from pg_class where oid = $1::oid', [String(oid)])
    const known = Number(row?.[0] ?? -1)
    const rows = known >= countedRows ? known : await countRows(session, quoted)
    if (rows > countedRows && known < countedRows) return undefined
    sum += rows
  }
  return sum
}

async function countRows(session: Session, quoted: string): Promise<number> {
  const [row] = await session.rows(
    `select count(*) from (select 1 from ${quoted} limit ${countedRows + 1}) counted`,
    [],
  )
  return Number(row?.[0] ?? 0)
}
