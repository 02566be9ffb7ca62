import type { Node } from 'jsonc-parser'
import type { Transformation } from '../domain/public-schema.ts'
import { objectsIn, requiredName, requiredText, type Subject } from './fields.ts'
import { report } from './json-document.ts'

/** A transformation with the entry that it is written in. */
export interface ReadTransformation {
  readonly transformation: Transformation
  readonly node: Node
}

interface Entry {
  readonly operation: string
  readonly table: string
  readonly sql: string
  readonly node: Node
}

/**
 * One transformation for each source table. The format has an entry for each operation; insert and update of one
 * table must carry the same SQL, one of them alone counts for both, and those of delete are not needed: a deleted
 * row's public rows are known from what it gave before.
 */
export function readTransformations(config: Subject): readonly ReadTransformation[] {
  const nodes = objectsIn(config, 'transformations')
  const entries = nodes.flatMap((node) => readEntry({ ...config, node }))
  if (entries.length < nodes.length) return []
  const tables = [...new Set(entries.map(({ table }) => table))]
  const read = tables.flatMap((table) =>
    oneOfTable(
      config,
      entries.filter((entry) => entry.table === table),
    ),
  )
  if (entries.every(({ operation }) => operation === 'delete')) {
    report(config.document, config.node, `${capital(config.name)} has no transformation for insert or update`)
  }
  return read
}

function readEntry(entry: Subject): readonly Entry[] {
  const inEntry = { ...entry, name: `a transformation of ${entry.name}` }
  const operation = requiredText(inEntry, 'operation')
  const table = requiredName(inEntry, 'table')
  const sql = operation === 'delete' ? '' : requiredText(inEntry, 'sql')
  if (operation !== undefined && !['insert', 'update', 'delete'].includes(operation)) {
    report(entry.document, entry.node, `"operation" of ${inEntry.name} must be "insert", "update" or "delete"`)
    return []
  }
  if (operation === undefined || table === undefined || sql === undefined) return []
  return [{ operation, table: table.trim(), sql, node: entry.node }]
}

function oneOfTable(config: Subject, entries: readonly Entry[]): readonly ReadTransformation[] {
  const asking = entries.filter(({ operation }) => operation !== 'delete')
  const [first] = asking
  if (first === undefined) {
    const [only] = entries
    const table = only?.table ?? ''
    const message = `Table "${table}" of ${config.name} has a transformation for delete alone, which is not followed`
    report(config.document, only?.node, message, 'warning')
    return []
  }
  const other = asking.find(({ sql }) => plainSql(sql) !== plainSql(first.sql))
  if (other !== undefined) {
    const message = `The transformations of table "${first.table}" of ${config.name} must carry the same SQL`
    report(config.document, other.node, message)
    return []
  }
  if (new Set(asking.map(({ operation }) => operation)).size === 1) {
    const missing = first.operation === 'insert' ? 'update' : 'insert'
    const message = `The ${first.operation} transformation of table "${first.table}" of ${config.name} counts for ${missing} too`
    report(config.document, first.node, message, 'warning')
  }
  return [{ transformation: { table: first.table, sql: first.sql }, node: first.node }]
}

function plainSql(sql: string): string {
  return sql.trim().replace(/[;\s]+$/, '')
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
