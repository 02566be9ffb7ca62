import type { ConnectionView } from '../../../main/contract/contract.ts'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { moveInTable } from '../../components/move-in-table.ts'
import { ObjectIcon } from '../../components/object-icon.tsx'
import { StateWord } from '../../components/state-word.tsx'
import { consumerLagMs } from '../../stores/object-state.ts'
import { useApp, useLayout, useProgram, useStatus } from '../../stores/program.ts'
import { useStates } from '../../stores/use-states.ts'
import { formatBytes, formatPlural } from '../../text/format-number.ts'
import { formatDuration } from '../../text/format-time.ts'
import { roleNames } from '../inspector/connection-inspector.tsx'
import { ObjectInspector } from '../inspector/object-inspector.tsx'
import { WithInspector } from '../shell/with-inspector.tsx'
import './connections.css'

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
  const { commands } = useProgram()
  if (connections === undefined || connections.length === 0)
    return (
      <>
        <h1 className="visually-hidden">Connections</h1>
        <EmptyState
          title="No database is connected here yet"
          sentence="The databases that rows come from and go to are written under “connections” in the manifest."
        >
          <Button kind="primary" onClick={() => commands.run('workspace.reveal')}>
            Show the manifest
          </Button>
          <Button onClick={() => commands.run('workspace.openSample')}>Look at the sample</Button>
        </EmptyState>
      </>
    )
  return (
    <>
      <div className="toolbar">
        <h1 className="toolbar-title">Connections</h1>
        <span className="muted">{formatPlural(connections.length, 'database')}</span>
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows move between the rows, which are buttons */}
      <div className="list-scroll" onKeyDown={moveInTable}>
        <table className="list">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">State</th>
              <th scope="col" className="when-wide">
                Server
              </th>
              <th scope="col">Address</th>
              <th scope="col" className="when-middle">
                Database
              </th>
              <th scope="col" className="when-wide">
                User
              </th>
              <th scope="col" className="when-narrow">
                Environment
              </th>
              <th scope="col" className="when-middle">
                Role
              </th>
              <th scope="col" className="right">
                Lag
              </th>
              <th scope="col" className="right">
                WAL held
              </th>
            </tr>
          </thead>
          <tbody>
            {connections.map((connection) => (
              <Row key={connection.id} connection={connection} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

function Row({ connection }: { connection: ConnectionView }) {
  const { id, slug, host, port, database, user, environment, role } = connection
  const { layout } = useProgram()
  const selected = useLayout(({ selection }) => selection?.kind === 'connection' && selection.id === id)
  const state = useStates().get(`connection:${id}`)
  const status = useStatus((all) => all.status)
  const source = status?.sources.find((each) => each.id === id)
  const lags =
    status?.consumers.filter(({ destination }) => destination === id).flatMap((each) => consumerLagMs(each) ?? []) ?? []
  const lagMs = source?.lagMs ?? (lags.length === 0 ? undefined : Math.max(...lags))
  const version = source?.serverVersion ?? status?.destinations.find((each) => each.id === id)?.serverVersion
  return (
    <tr className={selected ? 'row-selected' : ''} onClick={() => layout.select({ kind: 'connection', id })}>
      <td>
        <button type="button" className="row-name" aria-pressed={selected} data-row>
          <ObjectIcon kind="connection" /> <span className="ellipsis">{slug}</span>
        </button>
      </td>
      <td>{state !== undefined && <StateWord state={state} more />}</td>
      <td className="text-2 when-wide">PostgreSQL{version === undefined ? '' : ` ${version.split(' ')[0]}`}</td>
      <td className="mono">
        {host}:{port}
      </td>
      <td className="mono when-middle">{database}</td>
      <td className="mono when-wide">{user}</td>
      <td className="text-2 when-narrow">
        {environment !== undefined && <span className={`env-${environment}`}>{environment}</span>}
      </td>
      <td className="text-2 when-middle">{roleNames[role]}</td>
      <td className="right num">{lagMs === undefined ? '' : formatDuration(lagMs)}</td>
      <td className="right num">{source?.retainedBytes === undefined ? '' : formatBytes(source.retainedBytes)}</td>
    </tr>
  )
}
