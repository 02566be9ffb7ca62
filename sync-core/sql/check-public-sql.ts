import type { Node } from 'libpg-query'
import { tokens } from './lexer.ts'
import { outputColumns } from './output-columns.ts'
import { type ParsedSql, parseSql } from './parse.ts'
import { SqlError, type SqlProblem } from './sql-problem.ts'
import { timeFunctions, volatileFunctions } from './unstable-functions.ts'
import { locationIn, recordOf, walkTree } from './walk-tree.ts'

/**
 * What is wrong with the SQL of a public schema, as far as its text says: it must be one SELECT that only reads and
 * gives every output column a name of its own. What `*` stands for, and the user's own functions, only the server
 * knows.
 */
export function checkPublicSql(sql: string): readonly SqlProblem[] {
  try {
    const parsed = parseSql(sql)
    const { statement } = parsed
    if (!('SelectStmt' in statement)) {
      return [error(1, 'The SQL of a public schema is one SELECT, and this is something else')]
    }
    return [...readsOnly(parsed), ...reservedNames(parsed), ...repeatedOutputs(parsed, statement)]
  } catch (failure) {
    if (failure instanceof SqlError) return [error(failure.position, failure.message)]
    throw failure
  }
}

type SelectNode = Extract<Node, { SelectStmt: unknown }>

const writing: Readonly<Record<string, string>> = {
  InsertStmt: 'INSERT',
  UpdateStmt: 'UPDATE',
  DeleteStmt: 'DELETE',
  MergeStmt: 'MERGE',
}

function readsOnly(parsed: ParsedSql): readonly SqlProblem[] {
  const problems: SqlProblem[] = []
  let near: number | undefined
  walkTree(parsed.statement, (kind, fields) => {
    near = typeof fields.location === 'number' ? fields.location : near
    const at = parsed.positionOf(locationIn(fields) ?? near)
    const verb = writing[kind]
    if (verb !== undefined) problems.push(error(at, `The SQL of a public schema only reads, and this ${verb} writes`))
    if (kind === 'intoClause') problems.push(error(at, 'SELECT INTO makes a table: leave INTO out'))
    if (kind === 'LockingClause') problems.push(locking(parsed.sql))
    problems.push(...unstable(kind, fields, at))
    return true
  })
  return problems
}

/** The tree does not say where it stands; a SELECT's last `for` is it. */
function locking(sql: string): SqlProblem {
  const words = [...tokens(sql)].filter(
    ({ kind, start, end }) => kind === 'word' && /^for$/i.test(sql.slice(start, end)),
  )
  return error((words.at(-1)?.start ?? 0) + 1, 'FOR UPDATE and its like lock rows of the source: leave it out')
}

function unstable(kind: string, fields: Readonly<Record<string, unknown>>, at: number): readonly SqlProblem[] {
  if (kind === 'SQLValueFunction') {
    const name = String(fields.op).replace('SVFOP_', '').replace(/_N$/, '').toLowerCase()
    return /^(current|local)_?(date|time)/.test(name) ? [timeWarning(name, at)] : []
  }
  if (kind !== 'FuncCall') return []
  const name = builtInName(fields.funcname)
  if (name === undefined) return []
  if (volatileFunctions.has(name)) {
    return [error(at, `${name}() answers differently each time, so the same row would be published again and again`)]
  }
  return timeFunctions.has(name) ? [timeWarning(`${name}()`, at)] : []
}

function timeWarning(name: string, position: number): SqlProblem {
  const message = `${name} is the time of the look-up: rows are not looked up again when time goes on`
  return { severity: 'warning', position, message }
}

/** The function's name without `pg_catalog.`; `undefined` for one of another schema. */
function builtInName(path: unknown): string | undefined {
  if (!Array.isArray(path)) return undefined
  const names = path.map((part) => recordOf(recordOf(part)?.String)?.sval)
  const last = names.at(-1)
  return typeof last === 'string' && (names.length === 1 || names[0] === 'pg_catalog') ? last : undefined
}

/** Where names stand in the tree; a constant's text stands under `sval` of `A_Const` and is no name. */
const nameFields = ['aliasname', 'catalogname', 'colname', 'ctename', 'name', 'relname', 'schemaname', 'sval']

function reservedNames(parsed: ParsedSql): readonly SqlProblem[] {
  const problems: SqlProblem[] = []
  let near: number | undefined
  walkTree(parsed.statement, (kind, fields) => {
    near = typeof fields.location === 'number' ? fields.location : near
    for (const field of nameFields) {
      if (isReserved(fields[field])) problems.push(reserved(String(fields[field]), parsed.positionOf(near)))
    }
    return kind !== 'A_Const'
  })
  for (const { name, start } of parsed.placeholders)
    if (isReserved(name)) problems.push(reserved(name ?? '', start + 1))
  return problems
}

function isReserved(name: unknown): boolean {
  return typeof name === 'string' && name.startsWith('__rejot_')
}

function reserved(name: string, position: number): SqlProblem {
  return error(position, `The name ${name} is taken: names that begin with __rejot_ are ours`)
}

function repeatedOutputs(parsed: ParsedSql, { SelectStmt }: SelectNode): readonly SqlProblem[] {
  const seen = new Set<string>()
  return outputColumns(SelectStmt).flatMap(({ name, location }) => {
    if (name === undefined || !seen.has(name)) {
      if (name !== undefined) seen.add(name)
      return []
    }
    const message =
      name === '?column?'
        ? 'Two output columns have no name: give each one with AS'
        : `Two output columns are named ${name}: give one of them another name with AS`
    return [error(parsed.positionOf(location), message)]
  })
}

function error(position: number, message: string): SqlProblem {
  return { severity: 'error', position, message }
}
