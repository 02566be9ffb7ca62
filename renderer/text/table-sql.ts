import { placeholderFor, quoteName } from './sql-names.ts'

export interface SqlTable {
  readonly schema: string
  readonly name: string
  readonly columns: readonly { readonly name: string }[]
  readonly primaryKey: readonly string[]
}

/** How SQL names a table; `public` needs not be said. */
export function tableText({ schema, name }: Pick<SqlTable, 'schema' | 'name'>): string {
  return schema === 'public' ? quoteName(name) : `${quoteName(schema)}.${quoteName(name)}`
}

/** One changed row of a table as it is: every column, by its primary key. Without one, the condition is left to be written. */
export function rowSql(table: SqlTable): string {
  const { columns, primaryKey } = table
  const key = primaryKey.map((column) => `t.${quoteName(column)} = ${placeholderFor(column)}`)
  return [
    'select',
    `  ${columns.map(({ name }) => `t.${quoteName(name)}`).join(',\n  ')}`,
    `from ${tableText(table)} t`,
    `where ${key.length === 0 ? '' : key.join(' and ')}`,
  ].join('\n')
}

/** The name that a public schema of a table begins with: `publish-order-lines`. */
export function publishedName(table: string): string {
  return `publish-${table.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`
}
