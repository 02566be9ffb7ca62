/** A table as SQL names it. */
export interface TableName {
  readonly schema: string | undefined
  readonly name: string
}

/** Reads `account`, `sales.account`, `"Odd name"`; `undefined` for what is no name of a table. Pure. */
export function readTable(text: string): TableName | undefined {
  const match = /^\s*(?:(?<schema>"(?:[^"]|"")+"|[^\s".]+)\s*\.\s*)?(?<name>"(?:[^"]|"")+"|[^\s".]+)\s*$/.exec(text)
  const { schema, name } = match?.groups ?? {}
  if (name === undefined) return undefined
  return { schema: schema === undefined ? undefined : plain(schema), name: plain(name) }
}

/** Whether two names can mean one table: where one says no schema, the search path may lead to the other's. */
export function mayBeSame(one: string, other: string): boolean {
  const [a, b] = [readTable(one), readTable(other)]
  if (a === undefined || b === undefined || a.name !== b.name) return false
  return a.schema === undefined || b.schema === undefined || a.schema === b.schema
}

function plain(written: string): string {
  return written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase()
}
