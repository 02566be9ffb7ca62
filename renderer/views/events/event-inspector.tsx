import { Copy, X } from 'lucide-react'
import { useState } from 'react'
import type { EventDetailView } from '../../../main/contract/contract.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { JsonText } from '../../components/json-text.tsx'
import { TabList } from '../../components/tab-list.tsx'
import { Ago } from '../../components/time.tsx'
import { newConsumerForm } from '../../stores/new-schema.ts'
import { useApp, useEvents, useProgram, useSettings } from '../../stores/program.ts'
import { formatBytes, formatCount } from '../../text/format-number.ts'
import { formatClock } from '../../text/format-time.ts'
import { keyValues } from '../../text/matches-filter.ts'
import { consuming } from '../consumer-schema/new-consumer.ts'
import { ObjectLink } from '../inspector/link.tsx'
import { Fact, Section } from '../inspector/section.tsx'
import '../inspector/inspector.css'
import { ChangedColumns } from './changed-columns.tsx'
import { Journey } from './journey.tsx'

type Tab = 'change' | 'json'

/** Everything about one event. */
export function EventInspector() {
  const { events } = useProgram()
  const detail = useEvents((state) => state.detail)
  const failure = useEvents((state) => state.detailFailure)
  const selected = useEvents((state) => state.selected)
  const [tab, setTab] = useState<Tab>('change')
  return (
    <aside className="inspector" aria-label="Event">
      {detail === undefined ? (
        <header className="inspector-head">
          <h2 className="grow">Event {selected}</h2>
          <IconButton icon={X} label="Close the inspector" keys="Escape" onClick={() => events.select(undefined)} />
        </header>
      ) : (
        <Head detail={detail} />
      )}
      {failure !== undefined && (
        <Section>
          <FailureNote failure={failure} />
        </Section>
      )}
      {detail !== undefined && (
        <>
          <TabList className="inspector-tabs" label="Details" tabs={tabs} current={tab} onChoose={setTab} />
          <div className="inspector-body">
            {tab === 'change' ? <Change detail={detail} /> : <Json detail={detail} />}
          </div>
        </>
      )}
    </aside>
  )
}

const tabs = [
  { id: 'change', name: 'Change and journey' },
  { id: 'json', name: 'JSON' },
] as const

function Head({ detail }: { detail: EventDetailView }) {
  const { schema, key, operation, receivedAt, size } = detail
  const { events, actions } = useProgram()
  const zone = useSettings((settings) => settings.timeZone)
  const name = useApp((state) => state.workspace?.publicSchemas.find(({ id }) => id === schema)?.name ?? schema)
  return (
    <header className="inspector-head">
      <div className="grow">
        <h2 className="event-title">
          <span className="ellipsis" title={name}>
            {name}
          </span>
          <span className="mono ellipsis selectable" title={keyValues(key).join(', ')}>
            {keyValues(key).join(', ')}
          </span>
          <span className="word-chip">{operation}</span>
        </h2>
        <p className="muted num">
          {formatClock(receivedAt, zone)} · <Ago at={receivedAt} /> · {formatBytes(size)}
        </p>
      </div>
      <IconButton icon={Copy} size={14} label="Copy the key" onClick={() => actions.copy(key, 'the key')} />
      <IconButton icon={X} label="Close the inspector" keys="Escape" onClick={() => events.select(undefined)} />
    </header>
  )
}

function Change({ detail }: { detail: EventDetailView }) {
  const { source, lsn, epoch, epochEvents, offset, kind, store } = detail
  const { actions, app, tabs } = useProgram()
  const isOurs = useApp((state) => state.workspace?.publicSchemas.some(({ id }) => id === detail.schema) ?? false)
  const copyPosition = () => actions.copy(JSON.stringify({ after: offset, store }), 'the position')
  const consume = () => {
    const { workspace } = app.getState()
    const schema = workspace?.publicSchemas.find(({ id }) => id === detail.schema)
    if (workspace === undefined || schema === undefined) return
    const form = newConsumerForm(workspace, { start: { after: String(offset), store } })
    tabs.newConsumer({ ...form, ...consuming(schema, form, workspace) })
  }
  return (
    <>
      <ChangedColumns detail={detail} />
      <Journey detail={detail} />
      <Section title="Source transaction">
        <dl>
          <Fact name="Source">
            <ObjectLink
              selection={{ kind: 'connection', id: source }}
              name={source.slice(source.lastIndexOf('/') + 1)}
            />
          </Fact>
          <Fact name="LSN">
            <span className="mono">{lsn}</span>
          </Fact>
          <Fact name="Epoch">
            <span className="mono">{epoch}</span>{' '}
            <span className="muted">
              · {formatCount(epochEvents)} {epochEvents === 1 ? 'event' : 'events'}
            </span>
          </Fact>
          <Fact name="Position">
            <span className="mono">{offset}</span>
          </Fact>
          <Fact name="Kind">{{ live: 'Live', 'catch-up': 'Catching up', backfill: 'Backfill' }[kind]}</Fact>
        </dl>
        <div className="event-actions">
          <Button small icon={Copy} onClick={copyPosition}>
            Copy position
          </Button>
          {isOurs && (
            <Button small onClick={consume}>
              Consume what comes after…
            </Button>
          )}
        </div>
      </Section>
    </>
  )
}

function Json({ detail }: { detail: EventDetailView }) {
  const { actions } = useProgram()
  const copy = (text: string, what: string) => (
    <Button kind="quiet" small icon={Copy} className="link" onClick={() => actions.copy(text, what)}>
      Copy
    </Button>
  )
  return (
    <>
      <Section
        title={detail.operation === 'delete' ? 'The row as it was last' : 'After'}
        right={copy(detail.payload, 'the JSON')}
      >
        <JsonText json={detail.payload} />
      </Section>
      {detail.before !== undefined && detail.operation !== 'delete' && (
        <Section title="Before" right={copy(detail.before, 'the JSON before')}>
          <JsonText json={detail.before} />
        </Section>
      )}
      <Section title="Key" right={copy(detail.key, 'the key')}>
        <JsonText json={detail.key} />
      </Section>
    </>
  )
}
