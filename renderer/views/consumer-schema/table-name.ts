import type { ConsumerSchemaForm } from '../../../main/contract/schema-edit.ts'

export type TableName = NonNullable<ConsumerSchemaForm['table']>

/** A name as it is typed: `account`, `sales.account`, `"Sales"."Account"`. `undefined` for what is none. Pure. */
export function readTable(text: string): TableName | undefined {
  const part = `"(?:[^"]|"")+"|[^."\\s]+`
  const match = new RegExp(`^\\s*(?:(${part})\\.)?(${part})\\s*$`).exec(text)
  const name = match?.[2]
  if (name === undefined) return undefined
  const schema = match?.[1]
  return { ...(schema === undefined ? {} : { schema: unquoted(schema) }), name: unquoted(name) }
}

/** As `readTable` reads it back. */
export function showTable({ schema, name }: TableName): string {
  return schema === undefined ? quoted(name) : `${quoted(schema)}.${quoted(name)}`
}

/** Tables of `public` are called without it, as nearly every role's search path allows. */
export function tableOf({ schema, name }: { readonly schema: string; readonly name: string }): TableName {
  return schema === 'public' ? { name } : { schema, name }
}

function unquoted(part: string): string {
  return part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.toLowerCase()
}

function quoted(part: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`
}

/** The table that a statement begins by naming. A form whose SQL was never generated has no other. Pure. */
export function writtenTable(sql: string): TableName | undefined {
  const text = sql.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
  const part = `(?:"(?:[^"]|"")+"|[\\p{L}_][\\p{L}\\p{N}_$]*)`
  const match = new RegExp(
    `^\\s*(?:insert\\s+into|update|delete\\s+from|merge\\s+into)\\s+(${part}(?:\\.${part})?)`,
    'iu',
  ).exec(text)
  return match?.[1] === undefined ? undefined : readTable(match[1])
}

export function tableOfForm({ table, sql }: Pick<ConsumerSchemaForm, 'table' | 'sql'>): TableName | undefined {
  return table ?? writtenTable(sql)
}
