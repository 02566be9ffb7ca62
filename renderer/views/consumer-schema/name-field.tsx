import { useId } from 'react'
import type { EditedConsumer } from '../../stores/schema-drafts-store.ts'
import { useTakenName } from '../../stores/use-taken-name.ts'

/** What it is called; a saved one keeps its name. */
export function NameField({ draft, onChange }: { draft: EditedConsumer; onChange: (name: string) => void }) {
  const taken = useTakenName(draft)
  const field = useId()
  return (
    <div className="cs-field">
      <label htmlFor={field}>Name</label>
      <input
        id={field}
        className="cs-input"
        value={draft.form.name}
        disabled={draft.schema !== undefined}
        placeholder="consume-account"
        aria-invalid={taken === undefined ? undefined : true}
        aria-describedby={taken === undefined ? undefined : `${field}-note`}
        onChange={({ target }) => onChange(target.value)}
      />
      {taken !== undefined && (
        <p id={`${field}-note`} className="form-error">
          {taken}
        </p>
      )}
    </div>
  )
}
