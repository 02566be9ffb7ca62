import type { PublicSchemaView } from '../../../../main/contract/contract.ts'
import { StatusGlyph } from '../../../components/status-glyph.tsx'
import { useStatus } from '../../../stores/program.ts'
import { useStates } from '../../../stores/use-states.ts'
import { formatPlural } from '../../../text/format-number.ts'
import { formatDuration } from '../../../text/format-time.ts'
import { ObjectLink } from '../../inspector/link.tsx'
import { Fact, Section } from '../../inspector/section.tsx'
import { StateSection } from '../../inspector/state-section.tsx'
import { LastEvent } from '../schema-columns.tsx'
import { ColumnTable } from './column-table.tsx'

/** What the owner promises: columns, key, who may read it, how fresh it is. */
export function ContractTab({ schema }: { schema: PublicSchemaView }) {
  const { id, source, description, owner, tags, access, deprecated, version, columns, key: keyColumns } = schema
  const key = `schema:${id}`
  const state = useStates().get(key)
  const fault = useStatus((all) => all.status?.publicSchemas.find((each) => each.id === id)?.contractFault)
  const lagMs = useStatus((all) => all.status?.sources.find((each) => each.id === source)?.lagMs)
  return (
    <>
      {deprecated !== undefined && (
        <div className="inspector-note">
          <StatusGlyph glyph="retrying" size={12} />
          <p className="selectable">
            <strong>Deprecated: begin nothing new with it.</strong> {deprecated}
          </p>
        </div>
      )}
      {fault !== undefined && (
        <div className="inspector-note">
          <StatusGlyph glyph="retrying" size={12} />
          <p className="selectable">{fault}</p>
        </div>
      )}
      <StateSection objectKey={key} state={state} />
      <Section>
        {description !== undefined && <p className="inspector-text selectable">{description}</p>}
        <dl>
          <Fact name="Version">
            <span className="mono">{version}</span>
          </Fact>
          <Fact name="From">
            <ObjectLink
              selection={{ kind: 'connection', id: source }}
              name={source.slice(source.lastIndexOf('/') + 1)}
            />
          </Fact>
          <Fact name="Owner">{owner ?? <span className="muted">Nobody is named</span>}</Fact>
          <Fact name="Access">{accessWords(access)}</Fact>
          <Fact name="Tags">{tags.length === 0 ? undefined : <Tags tags={tags} />}</Fact>
          <Fact name="Last event">
            <LastEvent schema={id} />
          </Fact>
          <Fact name="Lag">{lagMs === undefined ? undefined : `${formatDuration(lagMs)} from commit to event`}</Fact>
        </dl>
      </Section>
      <Section title={formatPlural(columns.length, 'column')}>
        {columns.length === 0 && <p className="muted">Its manifest names none; the SQL says what comes.</p>}
        {columns.length > 0 && (
          <ColumnTable
            keyName="key"
            columns={columns.map(({ name, type, nullable, description }) => ({
              name,
              type,
              nullable,
              words: description,
              isKey: keyColumns.includes(name),
            }))}
          />
        )}
      </Section>
    </>
  )
}

function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <span className="tags">
      {tags.map((tag) => (
        <span key={tag} className="word-chip">
          {tag}
        </span>
      ))}
    </span>
  )
}

function accessWords(access: readonly string[] | undefined) {
  if (access === undefined) return 'Every manifest'
  if (access.length === 0) return 'Its own manifest only'
  return <span className="mono">{access.join(', ')}</span>
}
