import { X } from 'lucide-react'
import type { ConnectionView } from '../../../main/contract/contract.ts'
import { Button } from '../../components/button.tsx'
import { EnvironmentName } from '../../components/environment-badge.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { ObjectIcon } from '../../components/object-icon.tsx'
import { Ago } from '../../components/time.tsx'
import { useProgram, useTables } from '../../stores/program.ts'
import { useNow } from '../../stores/use-now.ts'
import { formatPlural } from '../../text/format-number.ts'
import { formatSpan } from '../../text/format-time.ts'

/** The databases of the workspace: read on demand, with what came of it beside each. */
export function ConnectionRows({ connections }: { connections: readonly ConnectionView[] }) {
  return (
    <ul className="connection-rows" aria-label="Databases">
      {connections.map((connection) => (
        <Row key={connection.id} connection={connection} />
      ))}
    </ul>
  )
}

function Row({ connection: { id, slug, host, port, database, environment } }: { connection: ConnectionView }) {
  const { tables } = useProgram()
  const read = useTables((state) => state.read.get(id))
  const verb = read?.list === undefined && read?.state !== 'failed' ? 'Read tables' : 'Read again'
  return (
    <li>
      <div className="connection-row">
        <ObjectIcon kind="connection" />
        <span className="connection-name ellipsis">{slug}</span>
        {environment !== undefined && <EnvironmentName environment={environment} />}
        <span className="mono muted grow ellipsis connection-place">
          {host}:{port}/{database}
        </span>
        {read?.state === 'reading' ? (
          <>
            <Reading since={read.at} />
            <Button small icon={X} aria-label={`Cancel reading ${slug}`} onClick={() => tables.cancel(id)}>
              Cancel
            </Button>
          </>
        ) : (
          <>
            {read?.list !== undefined && (
              <span className="text-2 num connection-read">
                {formatPlural(read.list.tables.length, 'table')}
                {read.list.truncated && ', the first ones'} · Postgres {read.list.serverVersion.split(' ')[0]}
                {read.state === 'read' && (
                  <>
                    {' '}
                    · <Ago at={read.at} />
                  </>
                )}
              </span>
            )}
            <Button small aria-label={`${verb} ${slug}`} onClick={() => void tables.read(id)}>
              {verb}
            </Button>
          </>
        )}
        {read?.state === 'reading' && <span className="connection-progress" />}
      </div>
      {read?.state === 'failed' && read.failure !== undefined && (
        <div className="connection-failure">
          <FailureNote failure={read.failure} />
        </div>
      )}
    </li>
  )
}

function Reading({ since }: { since: number }) {
  const now = useNow()
  const seconds = now - since
  return (
    <span className="text-2 num" role="status">
      Reading{seconds >= 1_000 ? `, ${formatSpan(seconds)}` : '…'}
    </span>
  )
}
