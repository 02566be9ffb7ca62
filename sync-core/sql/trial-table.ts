import type { Node } from 'libpg-query'
import { parseGrammar } from './grammar.ts'
import { tokens } from './lexer.ts'
import type { TableName } from './table-name.ts'

/** A table that is to be made, as one that only a session has: SQL for it can be tried before it is there. */
export interface TrialTable {
  readonly name: TableName
  /** Makes it, with its indexes. */
  readonly statements: readonly string[]
}

/**
 * The trial of the first table that a text makes. A temporary table is found before any other of its name, so that SQL
 * means it unchanged; but it lies in no schema that one could name: for `sales.account` there is none, `undefined`. What
 * else the text does, such as grants, is left out. Throws a SqlError where the text cannot be read.
 */
export function trialTable(text: string): TrialTable | undefined {
  const bytes = Buffer.from(text, 'utf8')
  const parts = (parseGrammar(text).stmts ?? []).flatMap(({ stmt, stmt_location: start = 0, stmt_len: length = 0 }) => {
    const own = bytes.subarray(start, length === 0 ? bytes.length : start + length).toString('utf8')
    return stmt === undefined ? [] : [{ stmt, own }]
  })
  const made = parts.find(({ stmt }) => 'CreateStmt' in stmt)
  const name = made && nameOf(made.stmt)
  if (made === undefined || name === undefined || name.schema !== undefined) return undefined
  const indexes = parts.filter(({ stmt }) => isIndexOf(stmt, name)).map(({ own }) => own)
  return { name, statements: [temporary(made.own), ...indexes] }
}

function nameOf(statement: Node): TableName | undefined {
  const relation = 'CreateStmt' in statement ? statement.CreateStmt.relation : undefined
  return relation?.relname === undefined ? undefined : { schema: relation.schemaname, name: relation.relname }
}

function isIndexOf(statement: Node, { name }: TableName): boolean {
  if (!('IndexStmt' in statement)) return false
  const { relation, concurrent } = statement.IndexStmt
  return relation?.relname === name && relation.schemaname === undefined && concurrent !== true
}

/** `create table`, `create unlogged table` → `create temporary table`. */
function temporary(statement: string): string {
  const [first, second] = [...tokens(statement)].filter(({ kind }) => kind === 'word')
  if (first === undefined || second === undefined) return statement
  const word = statement.slice(second.start, second.end).toLowerCase()
  if (word.startsWith('temp')) return statement
  const rest = word === 'unlogged' ? second.end : first.end
  return `${statement.slice(0, first.end)} temporary${statement.slice(rest)}`
}
