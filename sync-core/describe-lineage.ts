import type { PublicSchema } from './domain/public-schema.ts'
import { columnOrigins } from './sql/column-origins.ts'
import { dependedTables } from './sql/depended-tables.ts'
import { inferKey } from './sql/infer-key.ts'
import { SqlError } from './sql/sql-problem.ts'
import { mayBeSameTable, readTableName, showTableName } from './sql/table-name.ts'

/** What a public schema's rows are made of, as far as its SQL says. */
export interface SchemaLineage {
  /** `unheard`: it is read, and its changes pass unseen although nobody said that this is meant. */
  readonly tables: readonly { readonly table: string; readonly state: 'listened' | 'not-tracked' | 'unheard' }[]
  /** By output column: `account.first_name`. Columns of which the text does not say it are left out. */
  readonly columns: ReadonlyMap<string, readonly string[]>
  /** As stated, else as the SQL says it; empty where neither does. */
  readonly key: readonly string[]
}

/** From the SQL by its text alone. SQL that cannot be read adds nothing: it is a problem of its own. */
export function describeLineage({ transformations, key, notTracked = [] }: PublicSchema): SchemaLineage {
  const listened = [...new Set(transformations.map(({ table }) => table))]
  const known = [...listened, ...notTracked].flatMap((table) => readTableName(table) ?? [])
  const read = transformations.flatMap(({ sql }) => readable(() => dependedTables(sql)) ?? [])
  const unheard = read.filter((name) => !known.some((other) => mayBeSameTable(name, other))).map(showTableName)
  const origins = transformations.flatMap(({ sql }) => readable(() => columnOrigins(sql)) ?? [])
  const columns = Map.groupBy(origins, ({ column }) => column)
  const [first] = transformations
  const inferred = () => (first && inferKey(first.sql)?.outputColumns) ?? []
  return {
    tables: [
      ...listened.map((table) => ({ table, state: 'listened' as const })),
      ...notTracked.map((table) => ({ table, state: 'not-tracked' as const })),
      ...[...new Set(unheard)].map((table) => ({ table, state: 'unheard' as const })),
    ],
    key: key ?? readable(inferred) ?? [],
    columns: new Map([...columns].map(([name, all]) => [name, [...new Set(all.flatMap(({ from }) => from))]])),
  }
}

function readable<T>(read: () => readonly T[]): readonly T[] | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof SqlError) return undefined
    throw error
  }
}
