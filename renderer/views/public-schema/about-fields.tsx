import { Database } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Field, SelectField, TextField } from '../../components/field.tsx'
import { useApp, useProgram } from '../../stores/program.ts'
import { useTakenName } from '../../stores/use-taken-name.ts'
import { useEditing } from './editing.ts'

/** Whose it is, and who may have it. */
export function AboutFields() {
  const { schemaDrafts } = useProgram()
  const { draft } = useEditing()
  const { id, schema, form } = draft
  const taken = useTakenName(draft)
  const change = (patch: Partial<typeof form>) => schemaDrafts.changePublic(id, patch)
  return (
    <section className="inspector-section publish-about">
      <div className="section-head">
        <h3>About it</h3>
      </div>
      {schema === undefined && (
        <>
          <TextField
            label="Name"
            value={form.name}
            error={taken}
            placeholder="publish-account"
            onChange={({ target }) => change({ name: target.value })}
          />
          {form.transformations.length > 0 && <DatabaseField />}
        </>
      )}
      <Field label="Description">
        {(control) => (
          <textarea
            className="form-input form-words"
            rows={2}
            {...control}
            value={form.description ?? ''}
            onChange={({ target }) => change({ description: target.value === '' ? undefined : target.value })}
          />
        )}
      </Field>
      <TextField
        label="Owner"
        words
        value={form.owner ?? ''}
        onChange={({ target }) => change({ owner: target.value === '' ? undefined : target.value })}
      />
      <ListField
        label="Access"
        hint={form.access.length === 0 ? 'Every manifest may consume it.' : undefined}
        placeholder="@harbor/*"
        value={form.access}
        onChange={(access) => change({ access })}
      />
      <ListField label="Tags" placeholder="customer, pii" value={form.tags} onChange={(tags) => change({ tags })} />
    </section>
  )
}

/** The database that it reads; of a saved one it is what it is. */
export function DatabaseField() {
  const { schemaDrafts, commands } = useProgram()
  const { id, form } = useEditing().draft
  const connections = useApp(({ workspace }) => workspace?.connections) ?? []
  const own = connections.filter(({ manifest }) => manifest === form.manifest).map(({ slug }) => slug)
  const known = form.connection === '' || own.includes(form.connection) ? own : [form.connection, ...own]
  if (known.length === 0)
    return (
      <div className="publish-no-database">
        <p className="text-2">{form.manifest} has no connection to read from.</p>
        <Button icon={Database} onClick={() => commands.run('connection.new')}>
          Connect a database
        </Button>
      </div>
    )
  return (
    <SelectField
      label="Database"
      value={form.connection}
      options={[
        ...(form.connection === '' ? [['', 'Choose a database'] as const] : []),
        ...known.map((slug) => [slug, slug] as const),
      ]}
      onChoose={(connection) => schemaDrafts.changePublic(id, { connection })}
    />
  )
}

interface ListFieldProps {
  readonly label: string
  readonly hint?: string | undefined
  readonly placeholder: string
  readonly value: readonly string[]
  readonly onChange: (value: string[]) => void
}

/** Words between commas. */
function ListField({ label, hint, placeholder, value, onChange }: ListFieldProps) {
  const [typed, setTyped] = useState<string>()
  const text = typed ?? value.join(', ')
  return (
    <TextField
      label={label}
      hint={hint}
      placeholder={placeholder}
      value={text}
      onChange={({ target }) => {
        setTyped(target.value)
        onChange([...new Set(target.value.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()])))])
      }}
      onBlur={() => setTyped(undefined)}
    />
  )
}
