import type { PublicSchemaView } from '../../../main/contract/contract.ts'
import { Button } from '../../components/button.tsx'
import { SqlView } from '../../components/sql-view.tsx'
import { useLayout, useProgram, useStatus } from '../../stores/program.ts'
import { showEventsOf } from '../../stores/show-events.ts'
import { useStates } from '../../stores/use-states.ts'
import { useWhole } from '../../stores/with-teams.ts'
import { formatCount, formatPlural } from '../../text/format-number.ts'
import { Inspector } from './inspector.tsx'
import { InspectorTabs } from './inspector-tabs.tsx'
import { LatestEvents } from './latest-events.tsx'
import { ObjectLink } from './link.tsx'
import { RateSection } from './rate-section.tsx'
import { Fact, Section } from './section.tsx'
import { StateSection } from './state-section.tsx'

export function SchemaInspector({ schema }: { schema: PublicSchemaView }) {
  const tab = useLayout((state) => state.inspectorTab)
  const { layout } = useProgram()
  const openEvents = () => showEventsOf(layout, schema.name)
  return (
    <Inspector
      kind="schema"
      name={schema.name}
      manifest={schema.manifest}
      actions={
        <>
          <span className="grow" />
          <Button kind="primary" onClick={openEvents}>
            Open events
          </Button>
        </>
      }
    >
      <InspectorTabs />
      <div className="inspector-body">{tab === 'sql' ? <Sql schema={schema} /> : <About schema={schema} />}</div>
    </Inspector>
  )
}

function About({ schema }: { schema: PublicSchemaView }) {
  const { id, source, key, columns, description } = schema
  const objectKey = `schema:${id}`
  const state = useStates().get(objectKey)
  const status = useStatus((all) => all.status?.publicSchemas.find((each) => each.id === id))
  const consumers = useWhole((whole) => whole.consumers)?.filter(({ publicSchema }) => publicSchema === id) ?? []
  const { rowsDone, rowsEstimated } = status?.backfill ?? { rowsDone: 0, rowsEstimated: 0 }
  const filling = status?.backfill.state === 'running'
  return (
    <>
      <StateSection
        objectKey={objectKey}
        state={state}
        more={filling ? `${formatCount(rowsDone)} of about ${formatCount(rowsEstimated)} rows` : undefined}
      />
      <RateSection objectKey={objectKey} title="Events stored" />
      <Section>
        {description !== undefined && <p className="inspector-text selectable">{description}</p>}
        <dl>
          <Fact name="Version">{schema.version}</Fact>
          <Fact name="From">
            <ObjectLink
              selection={{ kind: 'connection', id: source }}
              name={source.slice(source.lastIndexOf('/') + 1)}
            />
          </Fact>
          <Fact name="Tables">
            <span className="mono">{[...new Set(schema.transformations.map(({ table }) => table))].join(', ')}</span>
          </Fact>
          <Fact name="Key">
            <span className="mono">{key.length === 0 ? 'from the SQL' : key.join(', ')}</span>
          </Fact>
          <Fact name="Events">
            {status === undefined ? undefined : `${formatCount(status.events)} since the start`}
          </Fact>
        </dl>
      </Section>
      <Section title={formatPlural(consumers.length, 'consumer')}>
        {consumers.length === 0 && <p className="muted">Nobody consumes it yet.</p>}
        {consumers.map((consumer) => (
          <div key={consumer.id} className="fact">
            <ObjectLink selection={{ kind: 'consumer', id: consumer.id }} name={consumer.name} />
          </div>
        ))}
      </Section>
      <Section title={formatPlural(columns.length, 'column')}>
        <ul className="columns">
          {columns.map(({ name, type, nullable }) => (
            <li key={name}>
              <span className="mono grow ellipsis">{name}</span>
              <span className="mono muted">
                {type ?? ''}
                {nullable ? ' null' : ''}
              </span>
            </li>
          ))}
        </ul>
      </Section>
      <LatestEvents schema={id} name={schema.name} />
    </>
  )
}

function Sql({ schema }: { schema: PublicSchemaView }) {
  const { actions } = useProgram()
  // The entries of one table carry the same SQL.
  const bySql = [...new Map(schema.transformations.map((each) => [`${each.table}\n${each.sql}`, each])).values()]
  return bySql.map(({ table, sql }) => (
    <Section
      key={`${table}\n${sql}`}
      title={`When ${table} changes`}
      right={
        <button type="button" className="link" onClick={() => actions.copy(sql, 'the SQL')}>
          Copy
        </button>
      }
    >
      <SqlView sql={sql} label={`SQL of ${schema.name} when ${table} changes`} />
    </Section>
  ))
}
