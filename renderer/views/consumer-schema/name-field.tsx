import { TextField } from '../../components/field.tsx'
import type { EditedConsumer } from '../../stores/schema-drafts-store.ts'
import { useTakenName } from '../../stores/use-taken-name.ts'

/** What it is called; a saved one keeps its name. */
export function NameField({ draft, onChange }: { draft: EditedConsumer; onChange: (name: string) => void }) {
  return (
    <TextField
      label="Name"
      value={draft.form.name}
      disabled={draft.schema !== undefined}
      placeholder="consume-account"
      error={useTakenName(draft)}
      onChange={({ target }) => onChange(target.value)}
    />
  )
}
