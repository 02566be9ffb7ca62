import type { SampleEvent } from '../../domain/consumer-draft.ts'
import type { ConsumerStatements } from '../../domain/destination.ts'
import type { SqlAnalyst, WrittenRows } from '../../domain/sql-analyst.ts'
import { quoteIdentifier } from '../quote.ts'
import type { Session } from '../session.ts'

export interface WrittenTable {
  readonly columns: readonly string[]
  /** Of its primary key; without one all columns name a row. */
  readonly key: readonly string[]
  /** Sequences that give values to columns which the statement leaves out. */
  readonly sequences: readonly string[]
}

export interface ReadWrittenRows {
  readonly table: WrittenTable | undefined
  /** Why there is nothing to be read. */
  readonly unknown: string | undefined
  /** The rows that the events are about, as they are now, by what names them. */
  read(): Promise<ReadonlyMap<string, readonly (string | null)[]> | undefined>
}

/** Of a table with no more rows than this all are read, where the SQL does not say which it writes. */
const smallTable = 1_000
const longestValue = 10_000

const tableSql = `
select array_to_json(array(select attname from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped order by attnum)),
       array_to_json(array(select format_type(atttypid, -1) from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped order by attnum)),
       array_to_json(array(select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
                            where i.indrelid = c.oid and i.indisprimary order by a.attnum)),
       array_to_json(array(select json_build_array(a.attname, s.oid::regclass::text)
                             from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'
                             join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
                            where d.refobjid = c.oid and d.refclassid = 'pg_class'::regclass))
  from pg_class c where c.oid = to_regclass($1)`

/** Finds the rows that statements write: by the key that they name, else, in a small table, by looking at all. */
export async function readerOfWritten(
  session: Session,
  { sql, deleteSql, consumer }: ConsumerStatements,
  events: readonly SampleEvent[],
  analyst: SqlAnalyst,
): Promise<ReadWrittenRows> {
  const templates = [sql, deleteSql].flatMap((text) => (text === undefined ? [] : [analyst.template(text, consumer)]))
  const [target] = templates.flatMap((template) => analyst.writtenTable(template) ?? [])
  if (target === undefined) return nothing('The SQL does not say which table it writes')
  const quoted = quotedName(target)
  const [row] = await session.rows(tableSql, [quoted])
  if (row === undefined) return nothing('The SQL writes no table of this database')
  const [columns = [], types = [], key = [], sequences = []] = row.map((json) => JSON.parse(json ?? '[]') as string[])
  const written = templates.flatMap((template) => analyst.writtenRows(template, columns) ?? [])
  const own = written.filter(({ table }) => quotedName(table) === quoted)
  const isKeyed = own.length === templates.length && own.every(isByPlaceholders)
  const names = new Set(own.flatMap((one) => one.columns))
  const owned = sequences as unknown as readonly (readonly [column: string, sequence: string])[]
  const table = { columns, key, sequences: owned.filter(([column]) => !names.has(column)).map(([, name]) => name) }
  const list = columns.map((column) => `left(t.${quoteIdentifier(column)}::text, ${longestValue})`).join(', ')
  const conditions = own.map((one) => conditionOf(one, columns, types))
  const text = isKeyed
    ? `select ${list} from ${quoted} t where ${conditions.join(' or ')}`
    : `select ${list} from ${quoted} t limit ${smallTable + 1}`
  const values = isKeyed ? [`[${events.map(({ payload }) => payload).join(',')}]`] : []
  const places = (key.length > 0 ? key : columns).map((column) => columns.indexOf(column))
  let unknown: string | undefined
  return {
    table,
    get unknown() {
      return unknown
    },
    async read() {
      if (unknown !== undefined) return undefined
      await session.script('savepoint __rejot_read')
      try {
        const rows = await session.rows(text, values)
        if (isKeyed || rows.length <= smallTable) {
          return new Map(rows.map((one) => [JSON.stringify(places.map((place) => one[place])), one]))
        }
        unknown = 'The SQL does not say by its text which rows it writes, and the table is large'
      } catch {
        // A value that its column does not take is told of the event itself.
        await session.script('rollback to __rejot_read')
        unknown = 'A value of the events cannot be compared with the key of the table'
      }
      return undefined
    },
  }
}

function nothing(unknown: string): ReadWrittenRows {
  return { table: undefined, unknown, read: async () => undefined }
}

function quotedName({ schema, name }: WrittenRows['table']): string {
  return [schema, name].flatMap((part) => (part === undefined ? [] : [quoteIdentifier(part)])).join('.')
}

function isByPlaceholders({ key }: WrittenRows): boolean {
  return key.size > 0 && [...key.values()].every((value) => typeof value === 'object' && value.name !== undefined)
}

/** The values of the events, read in the types of the columns that they are compared with. */
function conditionOf({ key }: WrittenRows, columns: readonly string[], types: readonly string[]): string {
  const pairs = [...key].flatMap(([column, value]) =>
    typeof value === 'object' && value.name !== undefined ? [{ column, name: value.name }] : [],
  )
  const declared = pairs.map(
    ({ column, name }) => `${quoteIdentifier(name)} ${types[columns.indexOf(column)] ?? 'text'}`,
  )
  const equal = pairs.map(({ column, name }) => `t.${quoteIdentifier(column)} = e.${quoteIdentifier(name)}`)
  return `exists (select from json_to_recordset($1) e(${[...new Set(declared)].join(', ')}) where ${equal.join(' and ')})`
}
