import { useEffect, useState } from 'react'
import type { EventRowView } from '../../../main/contract/contract.ts'
import { onPress } from '../../components/on-press.ts'
import { Ago } from '../../components/time.tsx'
import { useProgram, useStatus } from '../../stores/program.ts'
import { quoteValue } from '../../text/filter-language.ts'
import { keyValues } from '../../text/matches-filter.ts'
import { operationTone } from '../events/operation.tsx'
import { Section } from './section.tsx'

/** The newest events of a public schema, looked up again when there are more, at most every two seconds. */
export function LatestEvents({ schema, name }: { schema: string; name: string }) {
  const { invoke, layout, events } = useProgram()
  const seen = useStatus((state) => state.status?.publicSchemas.find(({ id }) => id === schema)?.events ?? 0)
  const turn = useStatus((state) => Math.floor((state.status?.at ?? 0) / 2_000))
  const [rows, setRows] = useState<readonly EventRowView[]>([])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `seen` and `turn` say when to look again
  useEffect(() => {
    let current = true
    void invoke('events.page', { filter: { schemas: [schema] }, limit: 6 }).then((result) => {
      if (current && result.ok) setRows(result.value.rows)
    })
    return () => {
      current = false
    }
  }, [schema, seen > 0, turn, invoke])

  const showAll = () => {
    layout.change({ eventFilter: `schema:${quoteValue(name)}` })
    layout.open('events')
  }
  return (
    <Section
      title="Latest events"
      right={
        <button type="button" className="link" onClick={showAll}>
          All events
        </button>
      }
    >
      {rows.length === 0 && <p className="muted">None stored yet.</p>}
      <ul className="latest">
        {rows.map(({ offset, operation, key, receivedAt }) => (
          <li key={offset}>
            <button
              type="button"
              {...onPress(() => {
                showAll()
                events.select(offset)
              })}
            >
              <span className={operationTone[operation]}>{operation}</span>
              <span className="mono grow ellipsis">{keyValues(key).join(', ')}</span>
              <span className="muted">
                <Ago at={receivedAt} suffix="" />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Section>
  )
}
