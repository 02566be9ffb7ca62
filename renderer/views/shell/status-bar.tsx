import { Clock, HardDrive } from 'lucide-react'
import { useMemo } from 'react'
import type { EngineState } from '../../../main/contract/contract.ts'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import type { Glyph } from '../../stores/object-state.ts'
import {
  useApp,
  useEvents,
  useLayout,
  useProgram,
  useSchemaDrafts,
  useSettings,
  useSqlEditing,
  useStatus,
  useTables,
} from '../../stores/program.ts'
import { summarizeSync } from '../../stores/sync-summary.ts'
import { draftIn } from '../../stores/tab-id.ts'
import { formatBytes, formatCount, formatPlural } from '../../text/format-number.ts'
import { zoneName } from '../../text/format-time.ts'

const engineWords: Readonly<Record<EngineState['state'], readonly [Glyph, string]>> = {
  idle: ['waiting', 'Engine idle'],
  starting: ['running', 'Engine starting'],
  running: ['ok', 'Engine running'],
  stopping: ['running', 'Engine stopping'],
  restarting: ['retrying', 'Engine restarting'],
  failed: ['failed', 'Engine failed'],
}

/** What holds for the whole workspace, 24 high. */
export function StatusBar() {
  const engine = useApp((state) => state.engine)
  const [glyph, word] = engineWords[engine.state]
  return (
    <footer className="status-bar num">
      <span>
        <StatusGlyph glyph={glyph} /> {word}
      </span>
      <WorkspaceFigures />
      <div className="grow" />
      <Place />
      <SqlPlace />
      <TimeZoneSwitch />
    </footer>
  )
}

function WorkspaceFigures() {
  const connections = useApp((state) => state.workspace?.connections.length)
  const engine = useApp((state) => state.engine)
  const status = useStatus((state) => state.status)
  const { counts, retainedBytes } = useMemo(() => summarizeSync(engine, status), [engine, status])
  if (connections === undefined) return null
  return (
    <>
      <span>{formatPlural(connections, 'connection')}</span>
      {status !== undefined && (
        <span>
          <HardDrive size={12} aria-hidden /> {formatPlural(status.store.events, 'event')} ·{' '}
          {formatBytes(status.store.bytes)}
        </span>
      )}
      {retainedBytes !== undefined && <span>WAL held {formatBytes(retainedBytes)}</span>}
      {counts.paused > 0 && (
        <span>
          <StatusGlyph glyph="paused" /> {counts.paused} paused
        </span>
      )}
      {counts.retrying > 0 && (
        <span>
          <StatusGlyph glyph="retrying" /> {counts.retrying} retrying
        </span>
      )}
      {counts.halted > 0 && (
        <span>
          <StatusGlyph glyph="failed" /> {counts.halted} halted
        </span>
      )}
      {counts.deadLetters > 0 && (
        <span>
          <StatusGlyph glyph="failed" /> {formatPlural(counts.deadLetters, 'dead letter')}
        </span>
      )}
    </>
  )
}

/** Left of the time zone: what is selected, or the program's version. */
function Place() {
  const { version } = useProgram()
  const isOpen = useApp((state) => state.workspace !== undefined)
  const view = useLayout((layout) => layout.view)
  const selected = useEvents((state) => state.selected)
  const rows = useEvents((state) => state.rows.length)
  if (!isOpen) return <span>Version {version}</span>
  if (view !== 'events' || rows === 0) return null
  return (
    <span>{selected === undefined ? `${formatCount(rows)} loaded` : `Selected 1 of ${formatCount(rows)} loaded`}</span>
  )
}

/** Where the cursor is in the SQL, and whose SQL it is. */
function SqlPlace() {
  const cursor = useSqlEditing((state) => state.cursor)
  const draft = useLayout((layout) => draftIn(layout.view))
  const form = useSchemaDrafts(({ drafts }) => drafts[draft ?? '']?.form)
  const connection = form === undefined ? undefined : `${form.manifest}/${form.connection}`
  const running = useStatus(({ status }) =>
    [...(status?.sources ?? []), ...(status?.destinations ?? [])].find(({ id }) => id === connection),
  )
  const read = useTables((state) => state.read.get(connection ?? '')?.list)
  if (cursor === undefined) return null
  const version = running?.serverVersion ?? read?.serverVersion
  return (
    <>
      <span>
        Ln {cursor.line}, Col {cursor.column}
      </span>
      <span>SQL, Postgres{version === undefined ? '' : ` ${version.split(/[. ]/)[0]}`}</span>
    </>
  )
}

function TimeZoneSwitch() {
  const { commands } = useProgram()
  const zone = useSettings((settings) => settings.timeZone)
  const label = zone === 'utc' ? 'UTC' : `Local (${zoneName(Date.now(), 'local')})`
  return (
    <button type="button" title="Switch between local time and UTC" onClick={() => commands.run('timeZone.toggle')}>
      <Clock size={12} aria-hidden /> {label}
    </button>
  )
}
