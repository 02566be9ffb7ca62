import { ArrowRight, Database } from 'lucide-react'
import { ObjectChip, ObjectIcon } from '../../components/object-icon.tsx'
import type { EditedConsumer } from '../../stores/schema-drafts-store.ts'
import { DraftActions } from '../schema-draft/draft-actions.tsx'
import { showTable, tableOfForm } from './table-name.ts'

/** What it is, 44 high: from which public schema into which table. */
export function Header({ draft }: { draft: EditedConsumer }) {
  const { name, source, connection } = draft.form
  const table = tableOfForm(draft.form)
  return (
    <header className="cs-head">
      <ObjectChip kind="consumer" size={24} />
      <h1 className="ellipsis">{name === '' ? 'New consumer schema' : name}</h1>
      {source.name !== '' && (
        <span className="cs-way">
          <ObjectIcon kind="schema" /> <span className="ellipsis">{source.name}</span>
          <span className="muted mono">v{source.major}</span>
          {connection !== '' && (
            <>
              <ArrowRight size={12} role="img" aria-label="into" />
              <Database size={14} strokeWidth={1.6} aria-hidden /> <span className="ellipsis">{connection}</span>
            </>
          )}
          {table !== undefined && <span className="cs-way-table mono ellipsis text-2">{showTable(table)}</span>}
        </span>
      )}
      <span className="grow" />
      <DraftActions draft={draft} />
    </header>
  )
}
