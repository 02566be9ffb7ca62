import { Table2, X } from 'lucide-react'
import { useState } from 'react'
import type { TableDetail } from '../../../../main/contract/catalogue.ts'
import { Button, IconButton } from '../../../components/button.tsx'
import { FailureNote } from '../../../components/failure-blocks.tsx'
import { JsonText } from '../../../components/json-text.tsx'
import { SqlText } from '../../../components/sql-text.tsx'
import { StatusGlyph } from '../../../components/status-glyph.tsx'
import { TabList } from '../../../components/tab-list.tsx'
import { useApp, useProgram, useTables } from '../../../stores/program.ts'
import type { SelectedTable } from '../../../stores/tables-store.ts'
import { formatCount, formatPlural } from '../../../text/format-number.ts'
import { ObjectLink } from '../../inspector/link.tsx'
import { Fact, Section } from '../../inspector/section.tsx'
import { draftPublicSchema, publicFormOf } from '../publish-draft.ts'
import { identityFault, publishedBy } from '../search-tables.ts'
import { ColumnTable } from './column-table.tsx'

type Tab = 'columns' | 'publish'

/** A table of a database: its columns, and what one would write to publish it. */
export function TableDetails({ selected }: { selected: SelectedTable }) {
  const { tables, layout, tabs } = useProgram()
  const detail = useTables((state) => state.detail)
  const failure = useTables((state) => state.detailFailure)
  const [tab, setTab] = useState<Tab>('columns')
  const { schema, name, kind } = selected.table
  return (
    <aside className="inspector" aria-label={`Table ${name}`}>
      <header className="inspector-head">
        <span className="object-chip" style={{ width: 24, height: 24 }}>
          <Table2 size={14} strokeWidth={1.6} aria-hidden />
        </span>
        <div className="grow">
          <h2 className="ellipsis" title={`${schema}.${name}`}>
            {schema === 'public' ? name : `${schema}.${name}`}
          </h2>
          <p className="ellipsis muted">
            {kind.charAt(0).toUpperCase()}
            {kind.slice(1)} · {selected.connection}
          </p>
        </div>
        <IconButton icon={X} label="Close the inspector" keys="Escape" onClick={() => tables.select(undefined)} />
      </header>
      <TabList
        className="inspector-tabs"
        label="Details"
        tabs={[
          { id: 'columns', name: 'Columns' },
          { id: 'publish', name: 'Publish' },
        ]}
        current={tab}
        onChoose={setTab}
      />
      <div className="inspector-body" role="tabpanel" aria-label={tab === 'columns' ? 'Columns' : 'Publish'}>
        {failure !== undefined && (
          <Section>
            <FailureNote failure={failure}>
              <Button small onClick={() => void tables.read(selected.connection)}>
                Read again
              </Button>
            </FailureNote>
          </Section>
        )}
        {tab === 'columns' ? (
          <About selected={selected} detail={detail} />
        ) : (
          detail !== undefined && <Publish selected={selected} detail={detail} />
        )}
      </div>
      <footer className="inspector-actions">
        <Button
          onClick={() => {
            layout.select({ kind: 'connection', id: selected.connection })
            layout.open('connections')
          }}
        >
          Show the connection
        </Button>
        <span className="grow" />
        <Button
          kind="primary"
          disabled={detail === undefined}
          onClick={() => detail !== undefined && tabs.newPublic(publicFormOf(selected, detail))}
        >
          Publish this…
        </Button>
      </footer>
    </aside>
  )
}

function About({ selected, detail }: { selected: SelectedTable; detail: TableDetail | undefined }) {
  const { table, connection } = selected
  const schemas = useApp(({ workspace }) => workspace?.publicSchemas) ?? []
  const published = publishedBy({ table, connection }, schemas)
  const fault = identityFault(table)
  return (
    <>
      {fault !== undefined && <Note words={fault} />}
      {!table.readable && (
        <Note words="The role of this connection may not read all of its columns: grant it SELECT." />
      )}
      <Section>
        {detail?.comment !== undefined && <p className="inspector-text selectable">{detail.comment}</p>}
        <dl>
          <Fact name="Rows">
            {table.rowsEstimated === undefined
              ? 'No estimate yet: it was never analysed'
              : `About ${formatCount(table.rowsEstimated)}`}
          </Fact>
          <Fact name="Identity">{table.replicaIdentity}</Fact>
          <Fact name="Partition of">
            {detail?.partitionOf === undefined ? undefined : <span className="mono">{detail.partitionOf}</span>}
          </Fact>
          <Fact name="Unique too">
            {detail === undefined || detail.uniqueKeys.length === 0 ? undefined : (
              <span className="mono">{detail.uniqueKeys.map((key) => key.join(', ')).join(' · ')}</span>
            )}
          </Fact>
          <Fact name="Refers to">
            {detail === undefined || detail.foreignKeys.length === 0 ? undefined : (
              <span className="mono">{[...new Set(detail.foreignKeys.map((key) => key.table))].join(', ')}</span>
            )}
          </Fact>
        </dl>
      </Section>
      <Section title="Published by">
        {published.length === 0 && <p className="muted">No public schema of this workspace reads it.</p>}
        {published.map(({ id, name, version }) => (
          <div key={id} className="fact">
            <SchemaLink id={id} name={name} /> <span className="mono muted table-version">{version}</span>
          </div>
        ))}
      </Section>
      {detail !== undefined && (
        <Section title={formatPlural(detail.columns.length, 'column')}>
          <ColumnTable
            keyName="primary key"
            columns={detail.columns.map(({ name, type, nullable, generated, comment }) => ({
              name,
              type,
              typeWords: generated === undefined ? undefined : (generatedWords[generated] ?? generated),
              nullable,
              words: comment,
              isKey: table.primaryKey.includes(name),
            }))}
          />
        </Section>
      )}
    </>
  )
}

/** Shows it among the public schemas. */
function SchemaLink({ id, name }: { id: string; name: string }) {
  const { layout } = useProgram()
  return (
    <span onClickCapture={() => layout.change({ catalogueTab: 'schemas' })}>
      <ObjectLink selection={{ kind: 'schema', id }} name={name} />
    </span>
  )
}

const generatedWords: Readonly<Record<string, string>> = {
  always: 'identity',
  'by default': 'identity',
  stored: 'computed',
  virtual: 'computed',
}

function Publish({ selected, detail }: { selected: SelectedTable; detail: TableDetail }) {
  const { actions } = useProgram()
  const { table, connection } = selected
  const slug = connection.slice(connection.lastIndexOf('/') + 1)
  const draft = draftPublicSchema(table, detail, slug)
  const fault = identityFault(table)
  if (draft === undefined || (table.kind !== 'table' && table.kind !== 'partitioned table'))
    return <Note words={fault ?? 'It has no primary key, so there is nothing that names its rows.'} />
  return (
    <>
      {fault !== undefined && <Note words={fault} />}
      <Section>
        <p className="inspector-text text-2">
          All its columns, as text for those who write files by hand: a file of its own, or an entry of “publicSchemas”
          of the manifest. <em>Publish this…</em> opens the same in an editor.
        </p>
      </Section>
      <Section
        title="As a file"
        right={
          <button
            type="button"
            className="link"
            aria-label="Copy the file"
            onClick={() => actions.copy(draft.file, 'the file')}
          >
            Copy
          </button>
        }
      >
        <SqlText sql={draft.file} />
      </Section>
      <Section
        title="In the manifest"
        right={
          <button
            type="button"
            className="link"
            aria-label="Copy the JSON"
            onClick={() => actions.copy(draft.json, 'the JSON')}
          >
            Copy
          </button>
        }
      >
        <JsonText json={draft.json} />
      </Section>
    </>
  )
}

function Note({ words }: { words: string }) {
  return (
    <div className="inspector-note">
      <StatusGlyph glyph="retrying" size={12} />
      <p className="selectable">{words}</p>
    </div>
  )
}
