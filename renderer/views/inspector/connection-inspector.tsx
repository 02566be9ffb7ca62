import type { ConnectionView } from '../../../main/contract/contract.ts'
import { EnvironmentName } from '../../components/environment-badge.tsx'
import { useApp, useStatus } from '../../stores/program.ts'
import { useStates } from '../../stores/use-states.ts'
import { useWhole } from '../../stores/with-teams.ts'
import { formatBytes, formatCount } from '../../text/format-number.ts'
import { formatDuration } from '../../text/format-time.ts'
import { ConnectionActions, ConnectionNotes } from './connection-actions.tsx'
import { Inspector } from './inspector.tsx'
import { ObjectLink } from './link.tsx'
import { RateSection } from './rate-section.tsx'
import { Fact, Section } from './section.tsx'
import { StateSection } from './state-section.tsx'

export const roleNames: Readonly<Record<ConnectionView['role'], string>> = {
  source: 'Source',
  destination: 'Destination',
  both: 'Source and destination',
  unused: 'Not used',
}

const passwordWords: Readonly<Record<ConnectionView['password'], (isKnown: boolean, isEncrypted: boolean) => string>> =
  {
    kept: (_, isEncrypted) => (isEncrypted ? 'Kept on this computer' : 'Kept until you quit'),
    withheld: () => 'Withheld',
    none: (isKnown) => (isKnown ? 'From the environment or the manifest' : 'Not known'),
  }

export function ConnectionInspector({ connection }: { connection: ConnectionView }) {
  const { id, slug, manifest, host, port, database, user, environment, hasPassword, password, ssl, role } = connection
  const key = `connection:${id}`
  const state = useStates().get(key)
  const source = useStatus((all) => all.status?.sources.find((each) => each.id === id))
  const destination = useStatus((all) => all.status?.destinations.find((each) => each.id === id))
  const isEncrypted = useApp((app) => app.vault.encrypts)
  const version = source?.serverVersion ?? destination?.serverVersion
  const schemas = useWhole(({ publicSchemas }) => publicSchemas)?.filter((each) => each.source === id) ?? []
  const consumers = useWhole((whole) => whole.consumers)?.filter((each) => each.destination === id) ?? []
  return (
    <Inspector kind="connection" name={slug} manifest={manifest} actions={<ConnectionActions />}>
      <div className="inspector-body">
        <ConnectionNotes connection={connection} />
        <StateSection objectKey={key} state={state} />
        {source !== undefined && <RateSection objectKey={key} title="Row changes received" />}
        <Section>
          <dl>
            <Fact name="Server">{version === undefined ? 'PostgreSQL' : `PostgreSQL ${version}`}</Fact>
            <Fact name="Address">
              <span className="mono">
                {host}:{port}
              </span>
            </Fact>
            <Fact name="Database">
              <span className="mono">{database}</span>
            </Fact>
            <Fact name="User">
              <span className="mono">{user}</span>
            </Fact>
            <Fact name="Password">{passwordWords[password](hasPassword, isEncrypted)}</Fact>
            <Fact name="TLS">{ssl?.mode ?? 'Automatic'}</Fact>
            <Fact name="Environment">
              {environment === undefined ? undefined : <EnvironmentName environment={environment} />}
            </Fact>
            <Fact name="Role">{roleNames[role]}</Fact>
          </dl>
        </Section>
        {source !== undefined && (
          <Section title="Replication">
            <dl>
              <Fact name="Received">
                {source.receivedLsn === undefined ? 'nothing yet' : <span className="mono">{source.receivedLsn}</span>}
              </Fact>
              <Fact name="Confirmed">
                {source.confirmedLsn === undefined ? (
                  'nothing yet'
                ) : (
                  <span className="mono">{source.confirmedLsn}</span>
                )}
              </Fact>
              <Fact name="WAL held">
                {source.retainedBytes === undefined ? undefined : formatBytes(source.retainedBytes)}
              </Fact>
              <Fact name="Lag">{formatDuration(source.lagMs)}</Fact>
              <Fact name="Row changes">{formatCount(source.rowChanges)} since the start</Fact>
            </dl>
          </Section>
        )}
        {schemas.length > 0 && (
          <Section title="Publishes">
            {schemas.map((schema) => (
              <div key={schema.id} className="fact">
                <ObjectLink selection={{ kind: 'schema', id: schema.id }} name={schema.name} />
              </div>
            ))}
          </Section>
        )}
        {consumers.length > 0 && (
          <Section title="Written to by">
            {consumers.map((consumer) => (
              <div key={consumer.id} className="fact">
                <ObjectLink selection={{ kind: 'consumer', id: consumer.id }} name={consumer.name} />
              </div>
            ))}
          </Section>
        )}
      </div>
    </Inspector>
  )
}
