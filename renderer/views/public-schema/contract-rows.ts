import type { PublicSchemaForm } from '../../../main/contract/schema-edit.ts'
import type { DescribedColumn } from '../../../sync-core/domain/description.ts'

type ContractColumn = PublicSchemaForm['columns'][number]

export interface ContractRow extends ContractColumn {
  /** Beside the saved contract; `undefined` as it was, or where nothing is saved. */
  readonly mark: 'added' | 'changed' | 'removed' | undefined
  /** What the server says of it. */
  readonly given: DescribedColumn | undefined
}

/** The contract as it is promised, what went from the saved one last. Pure. */
export function contractRows(
  columns: readonly ContractColumn[],
  saved: readonly ContractColumn[] | undefined,
  given: readonly DescribedColumn[] = [],
): readonly ContractRow[] {
  const rows = columns.map((column): ContractRow => {
    const before = saved?.find(({ name }) => name === column.name)
    const isOther = before?.postgresType !== column.postgresType || before?.nullable !== column.nullable
    const mark = saved === undefined ? undefined : before === undefined ? 'added' : isOther ? 'changed' : undefined
    return { ...column, mark, given: given.find(({ name }) => name === column.name) }
  })
  const gone = (saved ?? []).filter(({ name }) => !columns.some((column) => column.name === name))
  return [...rows, ...gone.map((column): ContractRow => ({ ...column, mark: 'removed', given: undefined }))]
}
