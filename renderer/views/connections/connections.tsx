import { Plus } from 'lucide-react'
import type { ConnectionView } from '../../../main/contract/contract.ts'
import type { ConsumerStatus } from '../../../sync-core/domain/status.ts'
import { describeKeys } from '../../commands/keys.ts'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { EnvironmentName } from '../../components/environment-badge.tsx'
import { type ObjectColumn, type ObjectRow, ObjectTable } from '../../components/object-table.tsx'
import { Tooltip } from '../../components/tooltip.tsx'
import { consumerLagMs } from '../../stores/object-state.ts'
import { useApp, useLayout, useProgram, useStatus } from '../../stores/program.ts'
import { formatBytes, formatPlural } from '../../text/format-number.ts'
import { formatDuration } from '../../text/format-time.ts'
import { roleNames } from '../inspector/connection-inspector.tsx'
import { ObjectInspector } from '../inspector/object-inspector.tsx'
import { WithInspector } from '../shell/with-inspector.tsx'
import './connections.css'
import { Drafts } from './drafts.tsx'

export function Connections() {
  const selection = useLayout((layout) => layout.selection)
  return (
    <WithInspector
      width="inspectorWidth"
      inspector={selection === null ? undefined : <ObjectInspector selection={selection} />}
    >
      <Content />
    </WithInspector>
  )
}

function Content() {
  const connections = useApp((state) => state.workspace?.connections)
  const drafts = useApp((state) => state.drafts.length)
  const { commands, platform } = useProgram()
  if (connections === undefined || (connections.length === 0 && drafts === 0))
    return (
      <>
        <h1 className="visually-hidden">Connections</h1>
        <EmptyState
          title="No database is connected here yet"
          sentence="Connect the database that rows come from, and the one that they go to. Paste its URL, and it is tested step by step."
        >
          <Button kind="primary" icon={Plus} onClick={() => commands.run('connection.new')}>
            Connect a database
          </Button>
          <Button onClick={() => commands.run('workspace.openSample')}>Look at the sample</Button>
          <p className="empty-keys">
            or press <kbd>{describeKeys(commands.find('connection.new')?.keys ?? '', platform)}</kbd>
          </p>
        </EmptyState>
      </>
    )
  return (
    <>
      <div className="toolbar">
        <h1 className="toolbar-title">Connections</h1>
        <span className="muted">{formatPlural(connections.length, 'database')}</span>
        <span className="grow" />
        <Tooltip text="New connection" keys={commands.find('connection.new')?.keys}>
          <Button small icon={Plus} onClick={() => commands.run('connection.new')}>
            Connect a database
          </Button>
        </Tooltip>
      </div>
      <Drafts />
      <Table connections={connections} />
    </>
  )
}

const columns: readonly ObjectColumn[] = [
  { name: 'Server', look: 'quiet', from: 'wide' },
  { name: 'Address', look: 'mono' },
  { name: 'Database', look: 'mono', from: 'middle' },
  { name: 'User', look: 'mono', from: 'wide' },
  { name: 'Environment', look: 'quiet', from: 'narrow' },
  { name: 'Role', look: 'quiet', from: 'middle' },
  { name: 'Lag', look: 'number' },
  { name: 'WAL held', look: 'number', from: 'narrow' },
]

function Table({ connections }: { connections: readonly ConnectionView[] }) {
  const status = useStatus((all) => all.status)
  const rows = connections.map((connection): ObjectRow => {
    const { id, slug, host, port, database, user, environment, role } = connection
    const source = status?.sources.find((each) => each.id === id)
    const version = source?.serverVersion ?? status?.destinations.find((each) => each.id === id)?.serverVersion
    const lagMs = source?.lagMs ?? destinationLagMs(id, status?.consumers ?? [])
    return {
      object: { kind: 'connection', id },
      name: slug,
      cells: [
        `PostgreSQL${version === undefined ? '' : ` ${version.split(' ')[0]}`}`,
        `${host}:${port}`,
        database,
        user,
        environment !== undefined && <EnvironmentName environment={environment} />,
        roleNames[role],
        lagMs === undefined ? '' : formatDuration(lagMs),
        source?.retainedBytes === undefined ? '' : formatBytes(source.retainedBytes),
      ],
    }
  })
  return <ObjectTable columns={columns} rows={rows} />
}

/** Of the consumer that is furthest behind there; `undefined` when nobody knows. */
function destinationLagMs(id: string, consumers: readonly ConsumerStatus[]): number | undefined {
  const lags = consumers.filter(({ destination }) => destination === id).flatMap((each) => consumerLagMs(each) ?? [])
  return lags.length === 0 ? undefined : Math.max(...lags)
}
