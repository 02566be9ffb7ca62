import type { PublicSchemaView } from '../../../main/contract/contract.ts'
import { majorOf } from './search-schemas.ts'
import { placeholderFor as placeholder, quoteName as quote } from './sql-names.ts'

export interface ConsumerDraft {
  /** The table that it writes, and does not make. */
  readonly createTable: string
  /** A definition file of its own. */
  readonly file: string
  /** The same as one entry of "consumerSchemas". */
  readonly json: string
}

/**
 * What one would add to a manifest to consume a public schema as it is, column by column, into a table of its name. A
 * proposal as text: nothing is written. `destination` is a connection's slug. Without a key there is nothing to find a
 * row by: `undefined`.
 */
export function draftConsumer(schema: PublicSchemaView, destination: string): ConsumerDraft | undefined {
  const { columns, key } = schema
  if (key.length === 0 || columns.length === 0) return undefined
  const table = quote(schema.name.replaceAll('-', '_'))
  const names = columns.map(({ name }) => name)
  const rest = names.filter((name) => !key.includes(name))
  const update =
    rest.length === 0
      ? 'nothing'
      : `update\nset ${rest.map((name) => `${quote(name)} = excluded.${quote(name)}`).join(',\n    ')}`
  const sql = [
    `insert into ${table} (${names.map(quote).join(', ')})`,
    `values (${names.map(placeholder).join(', ')})`,
    `on conflict (${key.map(quote).join(', ')}) do ${update}`,
  ].join('\n')
  const deleteSql = `delete from ${table} where ${key.map((name) => `${quote(name)} = ${placeholder(name)}`).join(' and ')}`
  const entry = {
    name: `consume-${schema.name}`,
    sourceManifestSlug: schema.manifest,
    publicSchema: { name: schema.name, majorVersion: Number(majorOf(schema).slice(1)) },
    config: { consumerSchemaType: 'postgres', destinationDataStoreSlug: destination, sql, deleteSql },
  }
  const file = [
    `-- rejot: consumer schema ${entry.name}`,
    `-- reads: ${schema.name} ${entry.publicSchema.majorVersion} of ${schema.manifest}`,
    `-- writes: ${destination}`,
    '',
    '-- rejot: insert or update',
    `${sql};`,
    '',
    '-- rejot: delete',
    `${deleteSql};`,
    '',
  ].join('\n')
  return { createTable: createTable(table, schema), file, json: JSON.stringify(entry, undefined, 2) }
}

function createTable(table: string, { columns, key }: PublicSchemaView): string {
  const lines = columns.map(
    ({ name, type, nullable }) =>
      `${quote(name)} ${type ?? 'text'}${nullable || key.includes(name) ? '' : ' not null'}`,
  )
  return `create table ${table} (\n  ${[...lines, `primary key (${key.map(quote).join(', ')})`].join(',\n  ')}\n)`
}
