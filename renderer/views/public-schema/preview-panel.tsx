import { Copy, RotateCcw } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Preview, RowImage } from '../../../sync-core/domain/preview.ts'
import { Button } from '../../components/button.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { useLate } from '../../components/use-late.ts'
import { useProgram } from '../../stores/program.ts'
import type { RowsWanted } from '../../stores/public-editor-state.ts'
import { formatCount, formatPlural } from '../../text/format-number.ts'
import { useEditing, useEditor } from './editing.ts'
import { PreviewRows } from './preview-rows.tsx'
import { EditedRow, RowKey } from './row-fields.tsx'

const modes = [
  ['first', 'First rows'],
  ['random', 'At random'],
  ['key', 'By key'],
  ['image', 'Edited row'],
] as const

/** What the SQL in sight gives for rows of its table, read and never written. */
export function PreviewPanel() {
  const { draft, editor } = useEditing()
  const { actions } = useProgram()
  const { asking, value, failure } = useEditor((state) => state.preview)
  const wanted = useEditor((state) => state.wanted)
  const [selected, setSelected] = useState<number>()
  // Another answer has other rows.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `value` is what it is about
  useEffect(() => setSelected(undefined), [value])
  const late = useLate(asking)
  const rows = value?.rows ?? []
  const source = selected === undefined ? undefined : value?.sources[rows[selected]?.source ?? -1]
  return (
    <>
      <div className="publish-bar">
        <fieldset className="segments segments-small" aria-label="Which rows">
          {modes.map(([by, name]) => (
            <button key={by} type="button" aria-pressed={wanted.by === by} onClick={() => editor.want({ by })}>
              {name}
            </button>
          ))}
        </fieldset>
        <span className="publish-said ellipsis" role="status">
          {late ? (
            <>
              <StatusGlyph glyph="running" size={8} /> Asking {draft.form.connection}…
            </>
          ) : (
            value !== undefined &&
            failure === undefined &&
            value.diagnostics.length === 0 && <Said preview={value} by={wanted.by} from={draft.form.connection} />
          )}
        </span>
        <span className="grow" />
        {source !== undefined && (
          <Button small kind="quiet" onClick={() => void editor.readRow(source)}>
            Edit this row
          </Button>
        )}
        <Button small kind="quiet" icon={RotateCcw} onClick={editor.runPreview}>
          Refresh
        </Button>
        <Button
          small
          kind="quiet"
          icon={Copy}
          disabled={rows.length === 0}
          onClick={() => actions.copy(asText(value), 'the rows')}
        >
          Copy
        </Button>
      </div>
      {wanted.by === 'key' && <RowKey />}
      {wanted.by === 'image' && <EditedRow />}
      {failure !== undefined && <FailureNote failure={failure} />}
      {value?.diagnostics.map(({ message, hint }) => (
        <div key={message} className="publish-fault" role="status">
          <StatusGlyph glyph="failed" size={12} />
          <p className="grow selectable">
            <strong>{message}.</strong> {hint}
          </p>
        </div>
      ))}
      {value !== undefined && value.diagnostics.length === 0 && (
        <PreviewRows preview={value} selected={selected} onSelect={setSelected} />
      )}
      {value === undefined && failure === undefined && !asking && <p className="publish-note">{waiting(wanted)}</p>}
    </>
  )
}

function waiting({ by, key }: RowsWanted): string {
  if (by === 'key' && !hasValue(key)) return 'Enter the key of a row to see what becomes of it.'
  if (by === 'image') return 'Select a row of the preview and edit it, or name one.'
  return 'Rows appear here once the SQL can be run.'
}

function hasValue(key: RowImage): boolean {
  return Object.values(key).some((value) => value !== null && value !== '')
}

function Said({ preview, by, from }: { preview: Preview; by: RowsWanted['by']; from: string }) {
  const { rows, truncated, elapsedMs } = preview
  const many = truncated ? `The first ${formatCount(rows.length)} rows` : formatPlural(rows.length, 'row')
  const ms = `${elapsedMs.toFixed(elapsedMs < 100 ? 1 : 0)} ms`
  return (
    <>
      <StatusGlyph glyph="ok" size={8} />{' '}
      {by === 'image'
        ? `${many} as it would be, in ${ms}; nothing is written`
        : `${many} from ${from} in ${ms}, read only`}
    </>
  )
}

/** As spreadsheets take it. */
function asText(preview: Preview | undefined): string {
  const cell = (value: string | null) => (value ?? '').replaceAll(/[\t\r\n]+/g, ' ')
  const head = (preview?.columns ?? []).map(({ name }) => cell(name)).join('\t')
  return [head, ...(preview?.rows ?? []).map(({ values }) => values.map(cell).join('\t'))].join('\n')
}
