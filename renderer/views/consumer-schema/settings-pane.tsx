import type { ConsumerSchemaForm } from '../../../main/contract/schema-edit.ts'
import { useApp, useProgram } from '../../stores/program.ts'
import type { EditedConsumer } from '../../stores/schema-drafts-store.ts'

const starts: readonly { readonly id: ConsumerSchemaForm['start']; readonly name: string; readonly says: string }[] = [
  { id: 'everything', name: 'Everything', says: 'Every row there is comes first, then each change.' },
  { id: 'now', name: 'From now', says: 'Rows that are there stay out, until they change.' },
]
const begun = starts.map((one) => ({ ...one, says: 'It has begun: this counts only if it is made anew.' }))
const policies: readonly { readonly id: ConsumerSchemaForm['policy']; readonly name: string; readonly says: string }[] =
  [
    { id: 'park', name: 'Set it aside', says: 'It becomes a dead letter; the others go on.' },
    { id: 'halt', name: 'Halt', says: 'Nothing more is written until somebody looks.' },
  ]

/** What the SQL does not say: its name, where it begins, and what a refusal does. */
export function SettingsPane({ draft }: { draft: EditedConsumer }) {
  const { schemaDrafts } = useProgram()
  const { id, form, schema } = draft
  const manifests = useApp(({ workspace }) => workspace?.manifests)
  const change = (patch: Partial<ConsumerSchemaForm>) => schemaDrafts.changeConsumer(id, patch)
  return (
    <section className="cs-pane-part" aria-label="Settings">
      <div className="cs-settings">
        <label className="cs-field">
          <span>Name</span>
          <input
            className="cs-input"
            value={form.name}
            disabled={schema !== undefined}
            placeholder="consume-account"
            onChange={({ target }) => change({ name: target.value })}
          />
        </label>
        {(manifests?.length ?? 0) > 1 && (
          <label className="cs-field">
            <span>Manifest</span>
            <select
              className="cs-select"
              value={form.manifest}
              disabled={schema !== undefined}
              onChange={({ target }) => change({ manifest: target.value })}
            >
              {manifests?.map(({ slug }) => (
                <option key={slug} value={slug}>
                  {slug}
                </option>
              ))}
            </select>
          </label>
        )}
        <Choice
          label="Begin with"
          choices={schema === undefined ? starts : begun}
          chosen={form.start}
          onChoose={(start) => change({ start })}
        />
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

interface ChoiceProps<Id extends string> {
  readonly label: string
  readonly choices: readonly { readonly id: Id; readonly name: string; readonly says: string }[]
  readonly chosen: Id
  readonly onChoose: (id: Id) => void
}

function Choice<Id extends string>({ label, choices, chosen, onChoose }: ChoiceProps<Id>) {
  return (
    <fieldset className="cs-field">
      <legend>{label}</legend>
      <div className="segments cs-segments">
        {choices.map(({ id, name }) => (
          <button key={id} type="button" aria-pressed={id === chosen} onClick={() => onChoose(id)}>
            {name}
          </button>
        ))}
      </div>
      <p className="cs-hint">{choices.find(({ id }) => id === chosen)?.says}</p>
    </fieldset>
  )
}
