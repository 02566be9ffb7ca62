import type { TableRead } from '../../../sync-core/domain/description.ts'
import { Button } from '../../components/button.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { mayBeSame } from '../../text/table-name.ts'
import { useEditing, useEditor } from './editing.ts'

interface Dependency extends TableRead {
  /** Whose SQL reads it. */
  readonly by: readonly string[]
}

/** The tables that the SQL reads, and whether their changes make it look again. */
export function DependenciesPanel() {
  const { editor } = useEditing()
  const described = useEditor((state) => state.described)
  const tables = dependencies(described?.statements ?? [])
  if (tables.length === 0)
    return <p className="publish-note">The tables that the SQL reads appear here once it can be read.</p>
  return (
    <table className="list publish-dependencies">
      <thead>
        <tr>
          <th scope="col">Table</th>
          <th scope="col" className="when-narrow">
            Read when
          </th>
          <th scope="col">Its changes</th>
          <th scope="col">
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {tables.map((read) => (
          <tr key={read.table}>
            <td className="mono">{read.table}</td>
            <td className="text-2 when-narrow">{read.by.join(' or ')} changes</td>
            <td>
              <span className="state-word">
                <StatusGlyph glyph={glyphs[read.followed]} size={10} /> {words[read.followed]}
              </span>
            </td>
            <td className="publish-acts">
              {read.followed === 'no' && read.cure !== undefined && (
                <Button small onClick={() => editor.listen(read)}>
                  Listen to it
                </Button>
              )}
              {read.followed === 'no' && (
                <Button small kind="quiet" onClick={() => editor.ignore(read)}>
                  Not tracked
                </Button>
              )}
              {read.followed === 'not tracked' && (
                <Button small kind="quiet" onClick={() => editor.track(read.table)}>
                  Track again
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const glyphs = { listened: 'ok', 'not tracked': 'paused', no: 'retrying' } as const
const words = {
  listened: 'publish',
  'not tracked': 'are knowingly not tracked',
  no: 'would not publish',
} as const

function dependencies(
  statements: readonly { readonly table: string; readonly reads: readonly TableRead[] }[],
): readonly Dependency[] {
  const found: Dependency[] = []
  for (const { table, reads } of statements) {
    for (const read of reads) {
      const place = found.findIndex((other) => mayBeSame(other.table, read.table))
      const known = found[place]
      if (known === undefined) found.push({ ...read, by: [table] })
      else found[place] = { ...known, cure: known.cure ?? read.cure, by: [...known.by, table] }
    }
  }
  return found
}
