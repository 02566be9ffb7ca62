import type { PublicSchemaForm } from '../../main/contract/schema-edit.ts'
import type { DescribedColumn } from '../../sync-core/domain/description.ts'

type ContractColumn = PublicSchemaForm['columns'][number]

/**
 * The contract that follows what the SQL gives: its columns in its order and its types, with what a person has written
 * about each kept. Whether a column may be NULL is a promise: it starts as what is proven, and stays as it was said.
 */
export function mergedColumns(
  promised: readonly ContractColumn[],
  given: readonly DescribedColumn[],
): PublicSchemaForm['columns'] {
  return given.map(({ name, type, nullable, comment }) => {
    const before = promised.find((column) => column.name === name)
    const description = before === undefined ? comment : before.description
    const known = before?.postgresType
    return {
      name,
      // As it was written, where that is another word for the same.
      postgresType: known !== undefined && plainType(known) === plainType(type) ? known : type,
      nullable: before?.nullable ?? nullable,
      ...(description === undefined || description === '' ? {} : { description }),
    }
  })
}

/** `int8` and `bigint` are one type; case and spaces aside. */
function plainType(written: string): string {
  const [, name = '', rest = ''] = /^([^([]+?)\s*((?:[([].*)?)$/.exec(written.trim().toLowerCase()) ?? []
  const words = name.replaceAll(/\s+/g, ' ').replace(/^pg_catalog\./, '')
  return `${otherWords[words] ?? words}${rest.replaceAll(/\s+/g, '')}`
}

const otherWords: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  decimal: 'numeric',
  varchar: 'character varying',
  bpchar: 'character',
  char: 'character',
  timestamptz: 'timestamp with time zone',
  timestamp: 'timestamp without time zone',
  timetz: 'time with time zone',
  time: 'time without time zone',
}
