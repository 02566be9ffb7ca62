import { useCallback } from 'react'
import type { PublicSchemaView } from '../../../main/contract/contract.ts'
import type { ConsumerSchemaForm } from '../../../main/contract/schema-edit.ts'
import { SelectField } from '../../components/field.tsx'
import { useApp, useProgram } from '../../stores/program.ts'
import type { EditedConsumer } from '../../stores/schema-drafts-store.ts'
import { Choice } from './choice.tsx'
import { NameField } from './name-field.tsx'
import { StartField } from './start-field.tsx'

const policies: readonly { readonly id: ConsumerSchemaForm['policy']; readonly name: string; readonly says: string }[] =
  [
    { id: 'park', name: 'Set it aside', says: 'It becomes a dead letter; the others go on.' },
    { id: 'halt', name: 'Halt', says: 'Nothing more is written until somebody looks.' },
  ]

interface SettingsPaneProps {
  readonly draft: EditedConsumer
  /** The public schema that it reads; `undefined` where there is none. */
  readonly source: PublicSchemaView | undefined
}

/** What the SQL does not say: its name, where it begins, and what a refusal does. */
export function SettingsPane({ draft, source }: SettingsPaneProps) {
  const { schemaDrafts } = useProgram()
  const { id, form, schema } = draft
  const manifests = useApp(({ workspace }) => workspace?.manifests)
  const change = (patch: Partial<ConsumerSchemaForm>) => schemaDrafts.changeConsumer(id, patch)
  const changeStart = useCallback(
    (start: ConsumerSchemaForm['start']) => schemaDrafts.changeConsumer(id, { start }),
    [schemaDrafts, id],
  )
  return (
    <section className="cs-pane-part" aria-label="Settings">
      <div className="cs-settings">
        <NameField draft={draft} onChange={(name) => change({ name })} />
        {manifests !== undefined && manifests.length > 1 && (
          <SelectField
            label="Manifest"
            value={form.manifest}
            disabled={schema !== undefined}
            options={manifests.map(({ slug }) => [slug, slug])}
            onChoose={(manifest) => change({ manifest })}
          />
        )}
        <StartField start={form.start} schema={source?.id} hasBegun={schema !== undefined} onChange={changeStart} />
        <Choice
          label="When a row is refused"
          choices={policies}
          chosen={form.policy}
          onChoose={(policy) => change({ policy })}
        />
      </div>
    </section>
  )
}
