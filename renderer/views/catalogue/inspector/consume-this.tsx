import { type ReactNode, useMemo, useState } from 'react'
import type { PublicSchemaView } from '../../../../main/contract/contract.ts'
import { JsonText } from '../../../components/json-text.tsx'
import { SqlText } from '../../../components/sql-text.tsx'
import { useApp, useProgram } from '../../../stores/program.ts'
import { Section } from '../../inspector/section.tsx'
import { draftConsumer } from '../consumer-draft.ts'

/** What one would add to a manifest to consume it: to be copied, nothing is written. */
export function ConsumeThis({ schema }: { schema: PublicSchemaView }) {
  const connections = useApp(({ workspace }) => workspace?.connections) ?? []
  const others = connections.filter(({ id }) => id !== schema.source)
  const [wanted, setWanted] = useState<string>()
  const destination =
    others.find(({ id }) => id === wanted) ?? others.find(({ role }) => role !== 'source') ?? others[0]
  const slug = destination?.slug ?? 'my-db'
  const draft = useMemo(() => draftConsumer(schema, slug), [schema, slug])
  if (draft === undefined)
    return (
      <Section title="Consume this">
        <p className="inspector-text text-2">
          Its manifest names no columns or no key, so there is nothing to draft a consumer schema from.
        </p>
      </Section>
    )
  return (
    <>
      <div id="consume-this" />
      <Section title="Consume this">
        <p className="inspector-text text-2">
          A draft, column by column. Nothing is written: copy it, as a file of its own or into “consumerSchemas” of your
          manifest, and change what you like.
        </p>
        {others.length > 0 && (
          <label className="fact">
            <span className="fact-name">Write into</span>
            <select className="select" value={destination?.id} onChange={(event) => setWanted(event.target.value)}>
              {others.map(({ id, slug: name, manifest }) => (
                <option key={id} value={id}>
                  {name} · {manifest}
                </option>
              ))}
            </select>
          </label>
        )}
        {schema.access !== undefined && (
          <p className="inspector-text text-2">
            Only manifests called <span className="mono">{schema.access.join(', ') || schema.manifest}</span> may
            consume it.
          </p>
        )}
      </Section>
      <Part title="As a file" text={draft.file} what="the file">
        <SqlText sql={draft.file} />
      </Part>
      <Part title="In the manifest" text={draft.json} what="the JSON">
        <JsonText json={draft.json} />
      </Part>
      <Part title="Its table, if there is none" text={`${draft.createTable};\n`} what="the table’s SQL">
        <SqlText sql={`${draft.createTable};`} />
      </Part>
    </>
  )
}

function Part({ title, text, what, children }: { title: string; text: string; what: string; children: ReactNode }) {
  const { actions } = useProgram()
  return (
    <Section
      title={title}
      right={
        <button type="button" className="link" aria-label={`Copy ${what}`} onClick={() => actions.copy(text, what)}>
          Copy
        </button>
      }
    >
      {children}
    </Section>
  )
}
