import { useEffect } from 'react'
import type { BehindPositionView } from '../../../main/contract/contract.ts'
import { type FormStart, readFormStart } from '../../../main/contract/form-start.ts'
import { TextField } from '../../components/field.tsx'
import { useSettings } from '../../stores/program.ts'
import { formatCount, formatPlural } from '../../text/format-number.ts'
import { readWallTime, wallTime, zoneName } from '../../text/format-time.ts'
import { Choice } from './choice.tsx'
import { type Behind, useBehind } from './use-behind.ts'

type Kind = 'everything' | 'now' | 'position'
type Position = Exclude<FormStart, string>

const kinds: readonly { readonly id: Kind; readonly name: string; readonly says: string }[] = [
  { id: 'everything', name: 'Everything', says: 'Every row there is comes first, then each change.' },
  { id: 'now', name: 'From now', says: 'Rows that are there stay out, until they change.' },
  {
    id: 'position',
    name: 'From a position',
    says: 'Each row that has changed since comes first, as it is now, deletions too; then each change.',
  },
]
const begun = kinds.map((one) => ({ ...one, says: 'It has begun: this counts only if it is made anew.' }))
const ways = [
  { id: 'since', name: 'A time' },
  { id: 'after', name: 'An event' },
] as const

interface StartFieldProps {
  readonly start: FormStart
  /** Id of the public schema; `undefined` where none is chosen. */
  readonly schema: string | undefined
  readonly hasBegun: boolean
  readonly onChange: (start: FormStart) => void
}

/** What it begins with; a position is answered with what lies behind it. */
export function StartField({ start, schema, hasBegun, onChange }: StartFieldProps) {
  const choose = (kind: Kind) => onChange(kind === 'position' ? { since: anHourAgo() } : kind)
  return (
    <>
      <Choice
        label="Begin with"
        choices={hasBegun ? begun : kinds}
        chosen={typeof start === 'string' ? start : 'position'}
        onChoose={choose}
      />
      {typeof start !== 'string' && <PositionField position={start} schema={schema} onChange={onChange} />}
    </>
  )
}

interface PositionFieldProps {
  readonly position: Position
  readonly schema: string | undefined
  readonly onChange: (start: FormStart) => void
}

function PositionField({ position, schema, onChange }: PositionFieldProps) {
  const behind = useBehind(schema, position)
  const store = behind.state === 'known' ? behind.store : ''
  const isOfNone = 'after' in position && position.store === ''
  // An event that was typed is one of the store that it was looked for in, and stays one of it.
  useEffect(() => {
    if (isOfNone && store !== '') onChange({ ...position, store })
  }, [isOfNone, store, position, onChange])
  const notes = { error: faultOf(position, behind), hint: hintOf(behind) }
  return (
    <div className="cs-position">
      <Choice
        label="Position"
        choices={ways}
        chosen={'since' in position ? 'since' : 'after'}
        onChoose={(way) => onChange(way === 'since' ? { since: anHourAgo() } : { after: '', store: '' })}
      />
      {'since' in position ? (
        <TimeField since={position.since} notes={notes} onChange={onChange} />
      ) : (
        <TextField
          label="After event"
          inputMode="numeric"
          value={position.after}
          {...notes}
          onChange={({ target }) => onChange({ after: target.value, store })}
        />
      )}
    </div>
  )
}

interface TimeFieldProps {
  readonly since: string
  readonly notes: { readonly error: string | undefined; readonly hint: string | undefined }
  readonly onChange: (start: FormStart) => void
}

function TimeField({ since, notes, onChange }: TimeFieldProps) {
  const zone = useSettings((settings) => settings.timeZone)
  const at = Date.parse(since)
  const isTime = !Number.isNaN(at)
  return (
    <TextField
      label={`Since, in ${zoneName(isTime ? at : Date.now(), zone)}`}
      type="datetime-local"
      step={1}
      value={isTime ? wallTime(at, zone) : ''}
      {...notes}
      onChange={({ target }) => onChange({ since: readWallTime(target.value, zone) ?? '' })}
    />
  )
}

/** What is wrong with what is written, or with the place that it names. */
function faultOf(position: Position, behind: Behind): string | undefined {
  const read = readFormStart(position)
  const isLookedFor = 'after' in position && position.store === '' && behind.state === 'asking'
  if (!read.ok && !isLookedFor) return `${read.message}. ${read.solution}`
  if (behind.state !== 'known' || behind.problem === undefined) return undefined
  const { message, solution } = behind.problem
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}. ${solution}`
}

function hintOf(behind: Behind): string | undefined {
  switch (behind.state) {
    case 'asking':
      return 'Looking what lies behind it'
    case 'unknown':
      return 'Nothing of it is stored yet: the rows of its first copy count as changed.'
    case 'failed':
      return behind.message
    case 'known':
      return countsOf(behind)
  }
}

function countsOf({ events, rows, deletes, more, deletesFrom, copies }: BehindPositionView): string {
  const deleted = deletes === 0 ? '' : `, ${formatCount(deletes)} of them deleted`
  return [
    `${more ? 'At least ' : ''}${formatPlural(events, 'event')} since then, ${formatPlural(rows, 'row')}${deleted}.`,
    ...(deletesFrom === undefined ? [] : [`What was deleted up to event ${deletesFrom} is not known any more.`]),
    ...(copies ? ['The rows of its first copy, which is under way, count as changed.'] : []),
  ].join(' ')
}

/** To the minute. */
function anHourAgo(): string {
  return new Date(Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000).toISOString()
}
