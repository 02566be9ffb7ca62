import { parseSql } from './parse.ts'
import { recordOf, walkTree } from './walk-tree.ts'

export interface CalledFunction {
  readonly schema: string | undefined
  readonly name: string
  /** 1-based, in the user's own text. */
  readonly position: number
}

/** The functions that a statement calls by name, each once. Throws a SqlError when it is not one readable statement. */
export function calledFunctions(sql: string): readonly CalledFunction[] {
  const parsed = parseSql(sql)
  const found = new Map<string, CalledFunction>()
  walkTree(parsed.statement, (kind, { funcname, location }) => {
    if (kind !== 'FuncCall' || !Array.isArray(funcname)) return true
    const path = funcname.map((part) => String(recordOf(recordOf(part)?.String)?.sval ?? ''))
    const name = path.at(-1) ?? ''
    const schema = path.length > 1 ? path.at(-2) : undefined
    const position = parsed.positionOf(typeof location === 'number' ? location : undefined)
    const id = JSON.stringify([schema, name])
    if (!found.has(id)) found.set(id, { schema, name, position })
    return true
  })
  return [...found.values()]
}
