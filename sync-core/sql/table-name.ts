import { parseGrammar } from './grammar.ts'
import { tokens } from './lexer.ts'

/** A table as written, names as the server compares them. */
export interface TableName {
  /** `undefined`: found over the search path. */
  readonly schema: string | undefined
  readonly name: string
}

/** Reads `account`, `sales.account`, `"Quoted".name`: unquoted names in lower case. `undefined` when it is no name. */
export function readTableName(text: string): TableName | undefined {
  const parts: string[] = []
  let wantsName = true
  for (const { kind, start, end } of tokens(text.trim())) {
    const part = text.trim().slice(start, end)
    if (wantsName && kind === 'word') parts.push(part.toLowerCase())
    else if (wantsName && kind === 'quoted-name' && part.length > 2) parts.push(part.slice(1, -1).replaceAll('""', '"'))
    else if (wantsName || part !== '.') return undefined
    wantsName = !wantsName
  }
  const [first, second, third] = parts
  if (wantsName || first === undefined || third !== undefined) return undefined
  return second === undefined ? { schema: undefined, name: first } : { schema: first, name: second }
}

/** Whether both can mean one table: a name without schema may stand for one with it. */
export function mayBeSameTable(a: TableName, b: TableName): boolean {
  return a.name === b.name && (a.schema === undefined || b.schema === undefined || a.schema === b.schema)
}

/** `sales.account`, quoted only where that changes the meaning. */
export function showTableName({ schema, name }: TableName): string {
  return schema === undefined ? showName(name) : `${showName(schema)}.${showName(name)}`
}

/** Quoted only where that changes the meaning. */
export function showName(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !isReserved(name) ? name : `"${name.replaceAll('"', '""')}"`
}

/** By the grammar itself: `order` and `user` cannot stand for a table without quotes. */
function isReserved(name: string): boolean {
  try {
    parseGrammar(`select ${name}.a from ${name}`)
    return false
  } catch {
    return true
  }
}
