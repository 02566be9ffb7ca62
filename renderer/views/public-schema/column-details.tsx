import { useState } from 'react'
import { Field, TextField } from '../../components/field.tsx'
import { Tooltip } from '../../components/tooltip.tsx'
import type { ContractRow } from './contract-rows.ts'
import { useEditing, useEditor, useKey } from './editing.ts'

/** What is promised of one column, to be changed. */
export function ColumnDetails({ row }: { row: ContractRow }) {
  const { editor } = useEditing()
  const renaming = useEditor((state) => state.renaming)
  const key = useKey()
  const [name, setName] = useState(row.name)
  const { postgresType, nullable, description, mark, given } = row
  const rename = () => void editor.rename(row.name, name.trim())
  return (
    <section className="inspector-section publish-column" aria-label={`Column ${row.name}`}>
      <div className="section-head">
        <h3 className="mono publish-column-name ellipsis">{row.name}</h3>
        {mark === 'added' && <span className="word-chip word-chip-ok">new</span>}
        {mark === 'changed' && <span className="word-chip word-chip-warn">changed</span>}
        <span className="grow" />
        <span className="muted mono">{postgresType}</span>
      </div>
      <TextField
        label="Name"
        value={name}
        error={renaming}
        onChange={({ target }) => setName(target.value)}
        onBlur={rename}
        onKeyDown={(event) => event.key === 'Enter' && rename()}
      />
      <div className="publish-checks">
        <label>
          <input
            type="checkbox"
            checked={nullable}
            onChange={({ target }) => editor.changeColumn(row.name, { nullable: target.checked })}
          />{' '}
          May be NULL
        </label>
        <label>
          <input type="checkbox" checked={key.includes(row.name)} onChange={() => editor.toggleKey(row.name)} /> Part of
          the key
        </label>
      </div>
      {!nullable && given?.nullable === true && (
        <p className="form-hint">
          The SQL does not prove that it never is: a NULL halts it, and this promise is checked on rows.
        </p>
      )}
      <Field label="Description">
        {(control) => (
          <textarea
            className="form-input form-words"
            rows={3}
            {...control}
            value={description ?? ''}
            onChange={({ target }) =>
              editor.changeColumn(row.name, { description: target.value === '' ? undefined : target.value })
            }
          />
        )}
      </Field>
      {given !== undefined && (
        <>
          <p className="form-label publish-from">Comes from</p>
          <ComesFrom given={given} />
        </>
      )}
    </section>
  )
}

/** The column that it is, or those that its expression is made of. */
function ComesFrom({ given: { from, madeOf } }: { given: NonNullable<ContractRow['given']> }) {
  if (from !== undefined) {
    const schema = from.schema === 'public' ? '' : `${from.schema}.`
    return <p className="mono selectable">{`${schema}${from.table}.${from.column}`}</p>
  }
  if (madeOf === undefined) {
    return (
      <Tooltip text="An expression: its SQL does not say which columns it is made of">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse reaches the words by Tab */}
        <p className="muted" tabIndex={0}>
          —
        </p>
      </Tooltip>
    )
  }
  return (
    <ul className="mono selectable" aria-label="Columns that it is made of">
      {madeOf.map((column) => (
        <li key={column}>{column}</li>
      ))}
    </ul>
  )
}
