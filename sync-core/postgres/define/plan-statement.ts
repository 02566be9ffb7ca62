import type { PostgresConnection } from '../../domain/connection.ts'
import type { Transformation } from '../../domain/public-schema.ts'
import type { PlanNode, WholeRead } from '../../domain/query-plan.ts'
import type { SqlAnalyst } from '../../domain/sql-analyst.ts'
import { draftTransformation } from '../draft-transformation.ts'
import { arrayLiteral, quoteIdentifier } from '../quote.ts'
import type { Session } from '../session.ts'
import { type AskLimits, ask } from './ask.ts'
import { chooseRows } from './choose-rows.ts'

/** As many changed rows as a quiet moment brings. */
const plannedKeys = 10
/** A table of fewer rows is soon read. */
const largeTable = 10_000

export interface PlanQuestion {
  readonly transformation: Transformation
  readonly analyst: SqlAnalyst
  readonly limits?: AskLimits | undefined
}

/**
 * The server's plan for a transformation in the form in which the engine runs it, for rows chosen at random, and the large
 * tables that it reads as a whole. EXPLAIN without ANALYZE: nothing is run. Throws a FailureError, or the signal's reason.
 */
export async function planStatement(
  connection: PostgresConnection,
  { transformation, analyst, limits }: PlanQuestion,
): Promise<{ readonly root: PlanNode; readonly keys: number; readonly wholeReads: readonly WholeRead[] }> {
  return ask(connection, { purpose: 'plan', transaction: 'statements', ...limits }, async (session) => {
    const draft = await draftTransformation(session, transformation, analyst, connection.slug)
    const chosen = await chooseRows(session, draft, { by: 'random', count: plannedKeys })
    const values = draft.argColumns.map((column) =>
      draft.form === 'set' ? arrayLiteral(chosen.map((row) => row[column] ?? null)) : (chosen[0]?.[column] ?? null),
    )
    const [[json] = []] = await session.rows(`explain (verbose, format json) select __rejot_q.* ${draft.from}`, values)
    const [plan] = JSON.parse(json ?? '[]') as readonly { readonly Plan?: ServerNode }[]
    const scans = plan?.Plan === undefined ? [] : scansIn(plan.Plan)
    return {
      root: nodeOf(plan?.Plan ?? {}),
      keys: draft.form === 'set' ? chosen.length : Math.min(chosen.length, 1),
      wholeReads: await largeOnes(session, scans, plan?.Plan),
    }
  })
}

/** What EXPLAIN says of a node; its own words are its field names. */
type ServerNode = Readonly<Record<string, unknown>>

const conditionFields = ['Index Cond', 'Recheck Cond', 'Filter', 'Hash Cond', 'Merge Cond', 'Join Filter', 'TID Cond']

function nodeOf(node: ServerNode): PlanNode {
  const conditions = conditionFields.flatMap((field) => textOf(node[field]) ?? [])
  return {
    what: textOf(node['Node Type']) ?? '',
    schema: textOf(node.Schema),
    table: textOf(node['Relation Name']),
    index: textOf(node['Index Name']),
    condition: conditions.length === 0 ? undefined : conditions.join(' and '),
    rowsEstimated: Number(node['Plan Rows'] ?? 0),
    cost: Number(node['Total Cost'] ?? 0),
    inputs: inputsOf(node).map(nodeOf),
  }
}

function inputsOf(node: ServerNode): readonly ServerNode[] {
  return Array.isArray(node.Plans) ? (node.Plans as readonly ServerNode[]) : []
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function scansIn(node: ServerNode): readonly ServerNode[] {
  return [...(node['Node Type'] === 'Seq Scan' ? [node] : []), ...inputsOf(node).flatMap(scansIn)]
}

/** The server's estimate for the table, not for what its conditions let through. */
async function largeOnes(
  session: Session,
  scans: readonly ServerNode[],
  plan: ServerNode | undefined,
): Promise<readonly WholeRead[]> {
  const found: WholeRead[] = []
  for (const scan of scans) {
    const [schema, table] = [textOf(scan.Schema) ?? '', textOf(scan['Relation Name']) ?? '']
    const name = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`
    const [[rows] = []] = await session.rows('select reltuples::int8 from pg_class where oid = to_regclass($1)', [name])
    const rowsEstimated = Number(rows ?? 0)
    if (rowsEstimated < largeTable || found.some((one) => one.schema === schema && one.table === table)) continue
    found.push({ schema, table, rowsEstimated, columns: comparedColumns(plan ?? {}, textOf(scan.Alias) ?? table) })
  }
  return found
}

/** Columns of an alias that some condition of the plan compares by equality. */
function comparedColumns(node: ServerNode, alias: string): readonly string[] {
  const name = patternOf(alias)
  const column = '("(?:[^"]|"")+"|[\\p{L}\\p{N}_$]+)'
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_$".])${name}\\.${column} = |= ${name}\\.${column}(?=\\))`, 'gu')
  const texts = conditionFields.flatMap((field) => textOf(node[field]) ?? [])
  const own = texts.flatMap((text) => [...text.matchAll(pattern)].flatMap(([, left, right]) => left ?? right ?? []))
  return [...new Set([...own, ...inputsOf(node).flatMap((input) => comparedColumns(input, alias))])]
}

/** As the server writes it in conditions. */
function patternOf(alias: string): string {
  const written = /^[a-z_][a-z0-9_$]*$/.test(alias) ? alias : quoteIdentifier(alias)
  return written.replace(/[$.*+?^{}()|[\]\\]/g, '\\$&')
}
