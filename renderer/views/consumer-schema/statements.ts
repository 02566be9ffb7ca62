import type { ConsumerSchemaForm } from '../../../main/contract/schema-edit.ts'

/** The SQL of a consumer schema: two statements of its own, and one that runs once. */
export type StatementId = 'sql' | 'deleteSql' | 'createTable'

export const statements: readonly { readonly id: StatementId; readonly name: string; readonly label: string }[] = [
  { id: 'sql', name: 'Upsert', label: 'SQL for a row that is there' },
  { id: 'deleteSql', name: 'Delete', label: 'SQL for a row that is gone' },
  { id: 'createTable', name: 'New table', label: 'SQL that makes the table' },
]

export function textOfStatement(form: ConsumerSchemaForm, id: StatementId): string {
  return form[id] ?? ''
}
