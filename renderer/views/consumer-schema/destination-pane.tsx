import type { ConnectionView } from '../../../main/contract/contract.ts'
import { EnvironmentBadge } from '../../components/environment-badge.tsx'
import { Select } from '../../components/field.tsx'
import { useApp, useProgram } from '../../stores/program.ts'
import type { EditedConsumer } from '../../stores/schema-drafts-store.ts'
import { TableField } from './table-field.tsx'
import { tableOfForm } from './table-name.ts'

const none: readonly ConnectionView[] = []

/** Where to: a database of the manifest, and the table there. */
export function DestinationPane({
  draft,
  destination,
}: {
  draft: EditedConsumer
  destination: ConnectionView | undefined
}) {
  const { schemaDrafts, commands } = useProgram()
  const { id, form } = draft
  const connections = useApp(({ workspace }) => workspace?.connections ?? none)
  const own = connections.filter(({ manifest }) => manifest === form.manifest)
  return (
    <section className="cs-pane-part" aria-label="Destination">
      <div className="cs-pane-head">
        <h2 className="grow">Destination</h2>
        {destination?.environment !== undefined && <EnvironmentBadge environment={destination.environment} />}
      </div>
      <div className="cs-pane-field">
        {own.length === 0 ? (
          <p className="text-2">
            {form.manifest} has no connection to write into.{' '}
            <button type="button" className="link" onClick={() => commands.run('connection.new')}>
              Connect a database
            </button>
          </p>
        ) : (
          <Select
            aria-label="Destination connection"
            value={destination === undefined ? '' : form.connection}
            onChange={({ target }) => schemaDrafts.changeConsumer(id, { connection: target.value })}
          >
            {destination === undefined && <option value="">Choose a connection…</option>}
            {own.map(({ slug, database }) => (
              <option key={slug} value={slug}>
                {slug} · {database}
              </option>
            ))}
          </Select>
        )}
        <TableField
          connection={destination?.id}
          table={tableOfForm(form)}
          onTable={(table) => schemaDrafts.changeConsumer(id, { table })}
        />
      </div>
    </section>
  )
}
