import { connectionOf } from '../../stores/public-editor-draft.ts'
import { DatabaseField } from './about-fields.tsx'
import { useEditing } from './editing.ts'
import { TableSearch } from './table-search.tsx'

/** A new one: which table's rows does it publish? */
export function FirstTable() {
  const { form } = useEditing().draft
  return (
    <div className="publish-first">
      <h2>Which rows does it publish?</h2>
      <p className="text-2">
        Choose the table whose rows it is about. Its SQL begins with every column; others can be joined, and listened
        to, after that.
      </p>
      <DatabaseField />
      {connectionOf(form) !== undefined && <TableSearch key={form.connection} />}
    </div>
  )
}
