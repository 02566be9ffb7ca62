import { useMemo } from 'react'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { useSettings } from '../../stores/program.ts'
import { formatPlural } from '../../text/format-number.ts'
import { formatMinute } from '../../text/format-time.ts'
import { AboutFields } from './about-fields.tsx'
import { ColumnDetails } from './column-details.tsx'
import { Comparison } from './comparison.tsx'
import { contractRows } from './contract-rows.ts'
import { ContractTable } from './contract-table.tsx'
import { useEditing, useEditor, useKey } from './editing.ts'
import { NeededVersion } from './needed-version.tsx'
import { formatVersionOf } from './versions.ts'

/** What comes out and is promised, the selected column, and whose it is. */
export function ContractPane() {
  const { draft, editor } = useEditing()
  const { form, base } = draft
  const column = useEditor((state) => state.column)
  const comparison = useEditor((state) => state.comparison)
  const described = useEditor((state) => state.described)
  const key = useKey()
  const given = described?.columns
  const rows = useMemo(() => contractRows(form.columns, base?.columns, given), [form.columns, base?.columns, given])
  const selected = rows.find(({ name, mark }) => name === column && mark !== 'removed')
  return (
    <aside className="publish-contract" aria-label="Output contract">
      <header className="publish-contract-head">
        <h2 className="grow">Output contract</h2>
        <span className="muted">{formatPlural(form.columns.length, 'column')}</span>
      </header>
      <div className="publish-contract-body">
        {rows.length === 0 ? (
          <p className="publish-note">The columns of your SQL appear here once the database has read it.</p>
        ) : (
          <ContractTable rows={rows} keys={key} selected={column} onSelect={editor.selectColumn} />
        )}
        {selected !== undefined && <ColumnDetails key={selected.name} row={selected} />}
        {comparison !== undefined && base !== undefined && comparison.needs !== 'nothing' && (
          <section className="inspector-section">
            <div className="section-head">
              <h3 className="grow">Compatibility with {formatVersionOf(base)}</h3>
              <NeededVersion needs={comparison.needs} />
            </div>
            <Comparison comparison={comparison} most={6} />
          </section>
        )}
        <AboutFields />
      </div>
      <DescribedBy />
    </aside>
  )
}

/** Whose word the types are. */
function DescribedBy() {
  const { form } = useEditing().draft
  const at = useEditor((state) => state.describedAt)
  const asking = useEditor((state) => state.asking)
  const failure = useEditor((state) => state.failure)
  const zone = useSettings((state) => state.timeZone)
  if (form.transformations.length === 0) return null
  const words =
    failure !== undefined
      ? failure.message
      : at === undefined
        ? asking
          ? `Asking ${form.connection}…`
          : 'Not described yet'
        : `Types described by ${form.connection} at ${formatMinute(at, zone)}`
  return (
    <div className="publish-described" role="status">
      <StatusGlyph glyph={failure !== undefined ? 'failed' : at === undefined ? 'waiting' : 'ok'} size={8} />
      <span className="ellipsis" title={failure?.solution ?? words}>
        {words}
      </span>
    </div>
  )
}
