import { Database, KeyRound } from 'lucide-react'
import { ObjectChip } from '../../components/object-icon.tsx'
import { DraftActions } from '../schema-draft/draft-actions.tsx'
import { useEditing, useEditor, useKey } from './editing.ts'
import { formatVersionOf } from './versions.ts'

/** What it is, 44 high. */
export function Header() {
  const { draft } = useEditing()
  const { form, base } = draft
  const comparison = useEditor((state) => state.comparison)
  const key = useKey()
  const next = comparison === undefined || comparison.needs === 'nothing' ? undefined : comparison.version
  return (
    <header className="publish-head">
      <ObjectChip kind="schema" size={24} />
      <h1 className="ellipsis">{form.name === '' ? 'New public schema' : form.name}</h1>
      <span className="word-chip mono">
        v{formatVersionOf(base ?? form)}
        {next !== undefined && <span className="publish-next"> → v{formatVersionOf(next)}</span>}
      </span>
      {form.connection !== '' && (
        <span className="publish-fact ellipsis">
          <Database size={14} strokeWidth={1.6} aria-hidden /> {form.connection}
        </span>
      )}
      {key.length > 0 && (
        <span className="publish-fact ellipsis mono">
          <KeyRound size={14} strokeWidth={1.6} role="img" aria-label="Key" /> {key.join(', ')}
        </span>
      )}
      <span className="grow" />
      <DraftActions
        draft={draft}
        version={base === undefined ? formatVersionOf(form) : next && formatVersionOf(next)}
      />
    </header>
  )
}
