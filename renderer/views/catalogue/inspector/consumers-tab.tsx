import type { PublicSchemaView } from '../../../../main/contract/contract.ts'
import { StateWord } from '../../../components/state-word.tsx'
import { useStates } from '../../../stores/use-states.ts'
import { useWhole } from '../../../stores/with-teams.ts'
import { ObjectLink } from '../../inspector/link.tsx'
import { Section } from '../../inspector/section.tsx'

/** Who relies on it, in all manifests and of every major; and who else may. */
export function ConsumersTab({ schema }: { schema: PublicSchemaView }) {
  const consumers = useWhole((whole) => whole.consumers)
  const states = useStates()
  const prefix = `${schema.manifest}/${schema.name}@`
  const own = consumers?.filter(({ publicSchema }) => publicSchema.startsWith(prefix)) ?? []
  const byMajor = [...Map.groupBy(own, ({ publicSchema }) => publicSchema.slice(prefix.length))].sort()
  return (
    <>
      {own.length === 0 && (
        <Section title="Consumers">
          <p className="muted">No manifest of this workspace consumes it yet.</p>
        </Section>
      )}
      {byMajor.map(([major, readers]) => (
        <Section key={major} title={`Read major ${major}`}>
          <ul className="readers">
            {readers.map(({ id, name, manifest }) => {
              const state = states.get(`consumer:${id}`)
              return (
                <li key={id}>
                  <ObjectLink selection={{ kind: 'consumer', id }} name={name} />
                  <span className="muted grow ellipsis">{manifest}</span>
                  {state !== undefined && <StateWord state={state} />}
                </li>
              )
            })}
          </ul>
        </Section>
      ))}
      <Terms schema={schema} />
    </>
  )
}

/** Who else may consume it. */
function Terms({ schema: { access, deprecated, manifest } }: { schema: PublicSchemaView }) {
  if (access === undefined && deprecated === undefined) return null
  return (
    <Section title="Who may consume it">
      {deprecated !== undefined && (
        <p className="inspector-text text-2">It is deprecated: whoever reads it goes on, and nobody new begins.</p>
      )}
      {access !== undefined && (
        <p className="inspector-text text-2">
          Only manifests called <span className="mono">{access.join(', ') || manifest}</span>.
        </p>
      )}
    </Section>
  )
}
