import type { PublicSchemaView } from '../../../main/contract/contract.ts'
import { majorOf } from './search-schemas.ts'

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

/** Quoted unless it is plain and in lower case. Reserved words are quoted with the rest that may be one: better once too often. */
function quote(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name) ? name : `"${name.replaceAll('"', '""')}"`
}

/** `:id`, `:"firstName"` where the name is no plain word. */
function placeholder(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `:${name}` : `:"${name.replaceAll('"', '""')}"`
}

/** Postgres's reserved words, and those that cannot stand for a column or table without quotes. */
const reserved: ReadonlySet<string> = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation ' +
    'column concurrently constraint create cross current_catalog current_date current_role current_schema current_time ' +
    'current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze ' +
    'from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit ' +
    'localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references ' +
    'returning right select session_user similar some symmetric system_user table tablesample then to trailing true ' +
    'union unique user using variadic verbose when where window with'
  ).split(' '),
)
