import type { KeyboardEvent } from 'react'
import { Button } from '../../components/button.tsx'
import { KeyMark } from '../../components/key-mark.tsx'
import { useEditing, useEditor } from './editing.ts'

/** What names a row of the table in sight: from its preview, else its primary key. */
function useIdentity(): readonly string[] {
  const { form } = useEditing().draft
  const place = useEditor((state) => state.table)
  const identity = useEditor((state) => state.preview.value?.identity)
  const table = useEditor((state) => state.tables[form.transformations[place]?.table ?? ''])
  if (table !== undefined && table.primaryKey.length > 0) return table.primaryKey
  return identity ?? []
}

/** The key of one row, typed. */
export function RowKey() {
  const { editor } = useEditing()
  const identity = useIdentity()
  const key = useEditor((state) => state.wanted.key)
  const onKeyDown = (event: KeyboardEvent) => event.key === 'Enter' && editor.runPreview()
  return (
    <div className="publish-fields">
      {identity.map((column) => (
        <label key={column}>
          <span className="mono">{column}</span>
          <input
            className="form-input mono"
            value={key[column] ?? ''}
            spellCheck={false}
            onChange={({ target }) => editor.want({ key: { ...key, [column]: target.value } })}
            onKeyDown={onKeyDown}
          />
        </label>
      ))}
      <Button small onClick={editor.runPreview}>
        Show it
      </Button>
    </div>
  )
}

/** A row as it would be: every column can be typed over, and nothing of it is written. */
export function EditedRow() {
  const { draft, editor } = useEditing()
  const place = useEditor((state) => state.table)
  const { key, image } = useEditor((state) => state.wanted)
  const table = useEditor((state) => state.tables[draft.form.transformations[place]?.table ?? ''])
  const onKeyDown = (event: KeyboardEvent) => event.key === 'Enter' && editor.runPreview()
  const set = (column: string, value: string | null) => editor.want({ image: { ...image, [column]: value } })
  if (table === undefined) return null
  return (
    <fieldset className="publish-fields publish-image" aria-label={`A row of ${table.name} as it would be`}>
      {Object.keys(image).length === 0 ? (
        <p className="text-2">
          Select a row of the preview and <em>Edit this row</em>, or begin with{' '}
          <button
            type="button"
            className="link"
            onClick={() =>
              editor.want({ key: {}, image: Object.fromEntries(table.columns.map(({ name }) => [name, null])) })
            }
          >
            a row that is not there yet
          </button>
          .
        </p>
      ) : (
        <>
          {table.columns.slice(0, 100).map(({ name, type }) => (
            <label key={name} title={type}>
              <span className="mono">
                {name}
                {Object.keys(key).includes(name) && <KeyMark size={12} />}
              </span>
              <span className="publish-value">
                <input
                  className="form-input mono"
                  value={image[name] ?? ''}
                  placeholder={image[name] === null ? 'NULL' : ''}
                  spellCheck={false}
                  onChange={({ target }) => set(name, target.value)}
                  onKeyDown={onKeyDown}
                />
                {image[name] !== null && (
                  <button type="button" aria-label={`Make ${name} NULL`} onClick={() => set(name, null)}>
                    NULL
                  </button>
                )}
              </span>
            </label>
          ))}
          <Button small onClick={editor.runPreview}>
            Try it
          </Button>
        </>
      )}
    </fieldset>
  )
}
