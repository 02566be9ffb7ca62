import { Pause, Play } from 'lucide-react'
import type { ConsumerView } from '../../../main/contract/contract.ts'
import { Button } from '../../components/button.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { SqlText } from '../../components/sql-text.tsx'
import { SqlView } from '../../components/sql-view.tsx'
import { Ago } from '../../components/time.tsx'
import { readsLabel } from '../../stores/object-state.ts'
import { useApp, useFailure, useLayout, useProgram, useStatus } from '../../stores/program.ts'
import { showEventsOf } from '../../stores/show-events.ts'
import { useStates } from '../../stores/use-states.ts'
import { formatCount, formatPlural } from '../../text/format-number.ts'
import { Inspector } from './inspector.tsx'
import { InspectorTabs } from './inspector-tabs.tsx'
import { LatestEvents } from './latest-events.tsx'
import { ObjectLink } from './link.tsx'
import { LagSection, RateSection } from './rate-section.tsx'
import { Fact, Section } from './section.tsx'
import { StateSection } from './state-section.tsx'

export function ConsumerInspector({ consumer }: { consumer: ConsumerView }) {
  const tab = useLayout((state) => state.inspectorTab)
  const failure = useFailure(`consumer:${consumer.id}`)
  return (
    <Inspector
      kind="consumer"
      name={consumer.name}
      manifest={consumer.manifest}
      actions={<Actions consumer={consumer} />}
    >
      <InspectorTabs />
      <div className="inspector-body">
        {failure !== undefined && (
          <Section>
            <FailureNote failure={failure} />
          </Section>
        )}
        {tab === 'sql' ? <Sql consumer={consumer} /> : <About consumer={consumer} />}
      </div>
    </Inspector>
  )
}

function About({ consumer }: { consumer: ConsumerView }) {
  const { id, publicSchema, destination } = consumer
  const key = `consumer:${id}`
  const state = useStates().get(key)
  const status = useStatus((all) => all.status?.consumers.find((each) => each.id === id))
  const { layout } = useProgram()
  const name = readsLabel(consumer)
  const letters = status === undefined ? undefined : formatPlural(status.deadLetters, 'dead letter')
  return (
    <>
      <StateSection objectKey={key} state={state} more={letters === state?.word ? undefined : letters} />
      <RateSection objectKey={key} title="Rows applied" />
      <LagSection objectKey={key} />
      <Section>
        <dl>
          <Fact name="Reads">
            <ObjectLink selection={{ kind: 'schema', id: publicSchema }} name={name} />
          </Fact>
          <Fact name="Writes">
            <ObjectLink
              selection={{ kind: 'connection', id: destination }}
              name={destination.slice(destination.lastIndexOf('/') + 1)}
            />
          </Fact>
          {status !== undefined && (
            <>
              <Fact name="Offset">
                <span className="mono">{formatCount(status.offset)}</span>{' '}
                <span className="muted">{status.pending === 0 ? 'at head' : `of ${formatCount(status.head)}`}</span>
              </Fact>
              <Fact name="Waiting">{status.pending === 0 ? undefined : formatPlural(status.pending, 'event')}</Fact>
              <Fact name="Applied">{formatPlural(status.rowsApplied, 'row')} since the start</Fact>
              <Fact name="Last applied">
                {status.lastAppliedAt === undefined ? undefined : <Ago at={status.lastAppliedAt} />}
              </Fact>
            </>
          )}
        </dl>
      </Section>
      <Section
        title="Upsert"
        right={
          <button type="button" className="link" onClick={() => layout.change({ inspectorTab: 'sql' })}>
            All SQL
          </button>
        }
      >
        <SqlText sql={consumer.sql} lines={7} />
      </Section>
      <LatestEvents schema={publicSchema} name={name.replace(/ v\d+$/, '')} />
    </>
  )
}

function Sql({ consumer }: { consumer: ConsumerView }) {
  const { actions } = useProgram()
  const copy = (sql: string) => (
    <button type="button" className="link" onClick={() => actions.copy(sql, 'the SQL')}>
      Copy
    </button>
  )
  return (
    <>
      <Section title="Upsert" right={copy(consumer.sql)}>
        <SqlView sql={consumer.sql} label={`SQL of ${consumer.name} for new and changed rows`} />
      </Section>
      <Section title="Delete" right={consumer.deleteSql === undefined ? undefined : copy(consumer.deleteSql)}>
        {consumer.deleteSql === undefined ? (
          <p className="text-2">None: rows that are deleted at the source stay at the destination.</p>
        ) : (
          <SqlView sql={consumer.deleteSql} label={`SQL of ${consumer.name} for deleted rows`} />
        )}
      </Section>
    </>
  )
}

function Actions({ consumer }: { consumer: ConsumerView }) {
  const { id } = consumer
  const { actions, layout } = useProgram()
  const running = useApp((state) => state.engine.state === 'running')
  const state = useStatus((all) => all.status?.consumers.find((each) => each.id === id)?.state)
  const openEvents = () => showEventsOf(layout, readsLabel(consumer).replace(/ v\d+$/, ''))
  return (
    <>
      {state === 'paused' || state === 'halted' ? (
        <Button icon={Play} disabled={!running} onClick={() => actions.resumeConsumer(id)}>
          {state === 'paused' ? 'Resume' : 'Try again'}
        </Button>
      ) : (
        <Button icon={Pause} disabled={!running} onClick={() => actions.pauseConsumer(id)}>
          Pause
        </Button>
      )}
      <span className="grow" />
      <Button kind="primary" onClick={openEvents}>
        Open events
      </Button>
    </>
  )
}
