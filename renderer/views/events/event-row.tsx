// biome-ignore-all lint/a11y/useSemanticElements: a real table cannot draw only the rows in sight
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names the selected row
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid has the keys
import { memo } from 'react'
import type { EventRowView } from '../../../main/contract/contract.ts'
import type { ConsumerStatus } from '../../../sync-core/domain/status.ts'
import { onPress } from '../../components/on-press.ts'
import { StateWord } from '../../components/state-word.tsx'
import { useSettings } from '../../stores/program.ts'
import { formatBytes } from '../../text/format-number.ts'
import { formatAbsolute, formatClock } from '../../text/format-time.ts'
import { keyValues } from '../../text/matches-filter.ts'
import { changedWords, OperationWord } from './operation.tsx'
import { arrivalSummary } from './who-has-it.ts'

interface EventRowProps {
  readonly row: EventRowView
  readonly index: number
  readonly top: number
  readonly schema: string
  readonly consumers: readonly ConsumerStatus[] | undefined
  /** When what is known of the consumers was so. */
  readonly statusAt: number
  readonly selected: boolean
  readonly onSelect: (index: number) => void
}

export const EventRow = memo(({ row, index, top, schema, consumers, statusAt, selected, onSelect }: EventRowProps) => {
  const zone = useSettings((settings) => settings.timeZone)
  const arrival = arrivalSummary(row, consumers ?? [], statusAt)
  return (
    <div
      id={`event-${row.offset}`}
      className={`event-row ${selected ? 'event-selected' : ''}`}
      role="row"
      aria-rowindex={index + 1}
      aria-selected={selected}
      style={{ transform: `translateY(${top}px)` }}
      {...onPress(() => onSelect(index))}
    >
      <span className="e-time mono" role="gridcell" title={formatAbsolute(row.receivedAt, zone)}>
        {formatClock(row.receivedAt, zone)}
      </span>
      <span className="e-op" role="gridcell">
        <OperationWord operation={row.operation} />
      </span>
      <span className="e-schema" role="gridcell" title={schema}>
        {schema}
      </span>
      <span className="e-key mono" role="gridcell">
        {keyValues(row.key).join(', ')}
      </span>
      <span className="e-changed text-2" role="gridcell">
        {changedWords(row)}
        {row.kind !== 'live' && <span className="muted"> · {row.kind}</span>}
      </span>
      <span className="e-consumers" role="gridcell">
        {arrival === undefined ? <span className="muted">No consumer</span> : <StateWord state={arrival} />}
      </span>
      <span className="e-size num" role="gridcell">
        {formatBytes(row.size)}
      </span>
      <span className="e-position mono" role="gridcell">
        {row.offset}
      </span>
    </div>
  )
})
