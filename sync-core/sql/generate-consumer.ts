import type { CatalogueTable } from '../domain/catalogue.ts'
import type { Contract, GeneratedConsumer } from '../domain/consumer-draft.ts'
import type { ContractColumn } from '../domain/public-schema.ts'
import { showPlaceholder } from './parse.ts'
import { portableType } from './portable-type.ts'
import { showName, showTableName, type TableName } from './table-name.ts'

export interface ConsumerWish {
  readonly contract: Contract
  readonly table: TableName
  /** Where it is there already: only columns that it has are written, found by name, aside from case and underscores. */
  readonly existing?: CatalogueTable | undefined
  /** Put the contract's descriptions onto the new table's columns. */
  readonly comments?: boolean | undefined
}

/** An upsert and a delete by the public row key, and the table where there is none. Pure. */
export function generateConsumer({ contract, table, existing, comments = false }: ConsumerWish): GeneratedConsumer {
  const name = showTableName(table)
  const pairs = contract.columns.flatMap((column) => {
    const own = existing === undefined ? column.name : columnFor(column.name, existing)
    return own === undefined ? [] : [{ column: own, from: column.name }]
  })
  const key = pairs.filter(({ from }) => contract.key.includes(from))
  const rest = pairs.filter(({ from }) => !contract.key.includes(from))
  const target = key.map(({ column }) => showName(column)).join(', ')
  const kept = rest.map(({ column }) => `  ${showName(column)} = excluded.${showName(column)}`)
  const action = kept.length === 0 ? 'do nothing' : `do update set\n${kept.join(',\n')}`
  return {
    sql: [
      `insert into ${name} (${pairs.map(({ column }) => showName(column)).join(', ')})`,
      `values (${pairs.map(({ from }) => placeholder(from)).join(', ')})`,
      `on conflict (${target}) ${action}`,
    ].join('\n'),
    deleteSql: `delete from ${name} where ${key.map(({ column, from }) => `${showName(column)} = ${placeholder(from)}`).join(' and ')}`,
    createTable: existing === undefined ? createTable(name, contract, comments) : undefined,
    notes:
      existing === undefined
        ? typeNotes(contract)
        : tableNotes(
            contract,
            existing,
            key.map(({ column }) => column),
          ),
  }
}

function placeholder(name: string): string {
  return showPlaceholder({ name, index: undefined, start: 0, end: 0 })
}

/** Of columns that cannot be written none is found. */
function columnFor(name: string, { columns }: CatalogueTable): string | undefined {
  const open = columns.filter(({ generated }) => generated === undefined || generated === 'by default')
  const same = open.find((column) => column.name === name)
  return (same ?? open.find((column) => simplified(column.name) === simplified(name)))?.name
}

function simplified(name: string): string {
  return name.toLowerCase().replaceAll('_', '')
}

function createTable(name: string, { columns, key }: Contract, comments: boolean): string {
  const lines = columns.map(({ name: column, postgresType, nullable }) => {
    const notNull = nullable && !key.includes(column) ? '' : ' not null'
    return `  ${showName(column)} ${portableType(postgresType)}${notNull}`
  })
  const table = `create table ${name} (\n${[...lines, `  primary key (${key.map(showName).join(', ')})`].join(',\n')}\n)`
  return [table, ...(comments ? columns.flatMap((column) => commentOn(name, column)) : [])].join(';\n')
}

function commentOn(table: string, { name, description }: ContractColumn): readonly string[] {
  if (description === undefined) return []
  const text = description.replaceAll("'", "''")
  const literal = text.includes('\\') ? `E'${text.replaceAll('\\', '\\\\')}'` : `'${text}'`
  return [`comment on column ${table}.${showName(name)} is ${literal}`]
}

function typeNotes({ columns }: Contract): readonly string[] {
  return columns.flatMap(({ name, postgresType }) => {
    if (postgresType === undefined) return [`The contract does not say the type of "${name}": it becomes text`]
    const isOwn = portableType(postgresType) === 'text' && postgresType !== 'text'
    return isOwn ? [`"${name}" is a ${postgresType}, which only its source has: it becomes text`] : []
  })
}

function tableNotes({ columns, key }: Contract, table: CatalogueTable, target: readonly string[]): readonly string[] {
  const lacking = columns.filter(({ name }) => columnFor(name, table) === undefined).map(({ name }) => name)
  const keys = [table.primaryKey, ...table.uniqueKeys]
  const isUnique = keys.some((one) => one.length === target.length && one.every((column) => target.includes(column)))
  const names = target.map(showName).join(', ')
  const name = showTableName({ schema: table.schema, name: table.name })
  return [
    ...(lacking.length === 0 ? [] : [`${name} has no column for ${lacking.join(', ')}`]),
    ...(target.length === key.length ? [] : [`${name} has no column for the whole key (${key.join(', ')})`]),
    ...(isUnique ? [] : [`ON CONFLICT needs a unique index: CREATE UNIQUE INDEX ON ${name} (${names})`]),
  ]
}
