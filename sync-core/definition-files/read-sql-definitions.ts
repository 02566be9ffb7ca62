import type { Problem } from '../domain/manifest.ts'
import type { Version } from '../domain/public-schema.ts'
import { conflictAt, conflictMessage } from '../manifest/conflict-markers.ts'
import type { JsonObject } from '../manifest/print/json-value.ts'
import { placeAt } from '../manifest/text-place.ts'
import { readColumnLine } from './column-line.ts'
import type {
  ConsumerSchemaDefinition,
  DefinedColumn,
  DefinedSql,
  DefinedTransformation,
  Definition,
  PublicSchemaDefinition,
} from './definition.ts'
import { type HeaderField, listOf, readFields, textOf } from './header-fields.ts'
import { type Section, splitSections } from './split-sections.ts'

export interface ReadDefinitions {
  /** Those that nothing is wrong with. */
  readonly definitions: readonly Definition[]
  readonly problems: readonly Problem[]
}

/** The definitions in a SQL file. Pure and never throws: whatever is wrong becomes a problem with its place. */
export function readSqlDefinitions(content: string, path: string): ReadDefinitions {
  // Neither lines nor columns change by this.
  const text = content.replaceAll('\r\n', '\n')
  const problems: Problem[] = []
  const reading: Reading = {
    text,
    report: (offset, message) => problems.push({ severity: 'error', file: path, ...placeAt(text, offset), message }),
  }
  const conflict = conflictAt(text)
  if (conflict !== undefined) {
    reading.report(conflict, conflictMessage)
    return { definitions: [], problems }
  }
  const sections = splitSections(text)
  const starts = sections.flatMap((section, index) => (isDefinition(section) ? [index] : []))
  for (const section of sections.slice(0, starts[0])) reading.report(section.offset, misplaced(section))
  if (sections.length === 0) {
    reading.report(0, 'There is no definition here: it begins with "-- rejot: public schema NAME 1.0"')
  }
  const definitions = starts.flatMap((start, index) => {
    const before = problems.length
    const own = sections.slice(start, starts[index + 1])
    const definition = readDefinition(own, reading)
    return definition === undefined || problems.length > before ? [] : [definition]
  })
  return { definitions, problems }
}

interface Reading {
  readonly text: string
  readonly report: (offset: number, message: string) => void
}

function isDefinition({ title }: Section): boolean {
  return /^(public|consumer) schema\b/.test(title)
}

function misplaced({ title }: Section): string {
  return `"-- rejot: ${title}" stands before any schema: a file begins with "-- rejot: public schema NAME 1.0" or "-- rejot: consumer schema NAME"`
}

function readDefinition([head, ...parts]: readonly Section[], reading: Reading): Definition | undefined {
  if (head === undefined) return undefined
  const [, name, major, minor] = /^public schema (\S(?:.*\S)?) (\d+)\.(\d+)$/.exec(head.title) ?? []
  if (name !== undefined) {
    return readPublicSchema({ head, parts, reading }, name, { major: Number(major), minor: Number(minor) })
  }
  const [, consumer] = /^consumer schema (\S.*)$/.exec(head.title) ?? []
  if (consumer !== undefined) return readConsumerSchema({ head, parts, reading }, consumer)
  const pattern = head.title.startsWith('public') ? 'public schema NAME 1.0' : 'consumer schema NAME'
  reading.report(head.offset, `This should be "-- rejot: ${pattern}"`)
  return undefined
}

interface Reader {
  readonly head: Section
  readonly parts: readonly Section[]
  readonly reading: Reading
}

function readPublicSchema(reader: Reader, name: string, version: Version): PublicSchemaDefinition {
  const { head, reading } = reader
  const fields = fieldsOf(reader, ['data store', 'columns', ...Object.keys(additionNames)])
  const columns = fields.get('columns')
  return {
    kind: 'public schema',
    name,
    version,
    dataStore: textOfField(fields.get('data store')),
    additions: readAdditions(fields),
    output: columns === undefined ? undefined : { columns: readColumns(columns, reading) },
    transformations: readTransformations(reader),
    place: placeAt(reading.text, head.offset),
  }
}

/** Names of header fields, what they are called under `x-rejot`, and how they are read. */
const additionNames = {
  key: 'key',
  owner: 'owner',
  description: 'description',
  tags: 'tags',
  access: 'access',
  deprecated: 'deprecated',
  'not tracked': 'notTracked',
} as const
const lists: readonly string[] = ['key', 'tags', 'access', 'not tracked']

function readAdditions(fields: ReadonlyMap<string, HeaderField>): JsonObject {
  return Object.fromEntries(
    Object.entries(additionNames).flatMap(([name, addition]) => {
      const field = fields.get(name)
      if (field === undefined) return []
      const value = lists.includes(name) ? listOf(field) : textOf(field)
      return [[addition, name === 'deprecated' && value === 'yes' ? true : value]]
    }),
  )
}

function readColumns(field: HeaderField, reading: Reading): readonly DefinedColumn[] {
  const names = new Set<string>()
  return field.lines.flatMap(({ text, offset }) => {
    const column = readColumnLine(text)
    if (column === undefined) {
      reading.report(offset, 'This is no column: write NAME TYPE, or NAME TYPE not null, and -- before what it means')
    } else if (names.has(column.name)) reading.report(offset, `The column "${column.name}" is there twice`)
    if (column !== undefined) names.add(column.name)
    return column === undefined ? [] : [column]
  })
}

function readTransformations({ head, parts, reading }: Reader): readonly DefinedTransformation[] {
  if (head.rest.text !== '')
    reading.report(head.rest.offset, 'SQL stands below the line that says "-- rejot: changes of TABLE"')
  if (parts.length === 0) reading.report(head.offset, 'There is no SQL: it follows "-- rejot: changes of TABLE"')
  const tables = new Set<string>()
  return parts.flatMap((part) => {
    const [, table] = /^changes of (\S.*)$/.exec(part.title) ?? []
    if (table === undefined) reading.report(part.offset, 'This should be "-- rejot: changes of TABLE"')
    else if (part.body.text === '') reading.report(part.offset, `There is no SQL for changes of ${table}`)
    else if (tables.has(table)) reading.report(part.offset, `There is SQL for changes of ${table} already`)
    if (table === undefined) return []
    tables.add(table)
    return [{ operation: undefined, table, ...sqlOf(part, reading) }]
  })
}

function readConsumerSchema(reader: Reader, name: string): ConsumerSchemaDefinition {
  const { head, parts, reading } = reader
  const fields = fieldsOf(reader, ['reads', 'writes'])
  const part = (title: string): DefinedSql | undefined => {
    const found = parts.filter((one) => one.title === title)
    if (found.length > 1) reading.report(found[1]?.offset ?? 0, `There is SQL for ${title} already`)
    return found[0] === undefined ? undefined : sqlOf(found[0], reading)
  }
  for (const other of parts.filter(({ title }) => title !== 'insert or update' && title !== 'delete')) {
    reading.report(other.offset, 'This should be "-- rejot: insert or update" or "-- rejot: delete"')
  }
  if (head.rest.text !== '')
    reading.report(head.rest.offset, 'SQL stands below the line that says "-- rejot: insert or update"')
  const sql = part('insert or update')
  if (sql === undefined || sql.sql === '')
    reading.report(head.offset, 'There is no SQL: it follows "-- rejot: insert or update"')
  return {
    kind: 'consumer schema',
    name,
    reads: readReference(fields.get('reads'), reading),
    destination: textOfField(fields.get('writes')),
    sql,
    deleteSql: part('delete'),
    place: placeAt(reading.text, head.offset),
  }
}

function readReference(field: HeaderField | undefined, reading: Reading): ConsumerSchemaDefinition['reads'] {
  if (field === undefined) return undefined
  const [, name, majorVersion, manifest] = /^(\S(?:.*\S)?) (\d+) of (\S+)$/.exec(field.value) ?? []
  if (name !== undefined && manifest !== undefined) return { name, majorVersion: Number(majorVersion), manifest }
  reading.report(
    field.offset,
    'This should be "reads: PUBLIC-SCHEMA 1 of MANIFEST", with the major version that is read',
  )
  return undefined
}

function fieldsOf({ head, reading }: Reader, known: readonly string[]): ReadonlyMap<string, HeaderField> {
  const { fields, strays } = readFields(head.header)
  const found = new Map<string, HeaderField>()
  for (const field of fields) {
    if (!known.includes(field.name)) {
      reading.report(field.offset, `The header has no field "${field.name}": there are ${known.join(', ')}`)
    } else if (found.has(field.name)) reading.report(field.offset, `"${field.name}" is there twice`)
    found.set(field.name, field)
  }
  for (const { offset } of strays)
    reading.report(offset, 'This is no field: write "name: value", or leave a line free before SQL')
  return found
}

/** Comments above a statement are the statement's. */
function sqlOf({ body }: Section, { text }: Reading): DefinedSql {
  return { sql: body.text, placeOf: (position) => placeAt(text, body.offset + position - 1) }
}

function textOfField(field: HeaderField | undefined): string | undefined {
  return field === undefined ? undefined : textOf(field)
}
