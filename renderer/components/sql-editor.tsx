import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react'
import { toast } from 'sonner'
import type { SqlEditorView } from '../editor/create-sql-editor.ts'
import { loadEditor } from '../editor/load-editor.ts'
import type { Complete } from '../editor/sql-completion.ts'
import type { EditorProblem } from '../editor/sql-problems.ts'
import { useProgram } from '../stores/program.ts'
import { SqlText } from './sql-text.tsx'

export type { EditorProblem, ProblemAction } from '../editor/sql-problems.ts'

export interface SqlEditorProps {
  /** Of the text: one that is shown again has its undo and cursor. */
  readonly id: string
  /** Read to those who hear the window. */
  readonly label: string
  readonly value: string
  readonly onChange: (sql: string) => void
  /** Marked in the text, said behind the line; their actions are links there and quick fixes (Ctrl .). */
  readonly problems?: readonly EditorProblem[]
  readonly complete?: Complete
  /** Lines that this text does not have get a bar. */
  readonly base?: string | undefined
  /** Ctrl Enter in the text; around it, `on-run-key.ts`. */
  readonly onRun?: () => void
  readonly ref?: Ref<SqlEditorHandle>
}

export interface SqlEditorHandle {
  /** With a 0-based offset, the cursor goes there. */
  focus(offset?: number): void
}

const none: readonly EditorProblem[] = []

/**
 * SQL to be written, in Monaco, as large as its place. Until that is loaded the text stands there to be read. Tab
 * indents; Escape, then Tab leaves.
 */
export function SqlEditor(props: SqlEditorProps) {
  const { id, label, value, problems = none, base, ref } = props
  const place = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<SqlEditorView>()
  const latest = useRef(props)
  /** What was told to the outside and has not come back yet: whoever types fast is ahead of it. */
  const told = useRef<string[]>([])
  const { sqlEditing } = useProgram()
  const wished = useRef<{ readonly offset: number | undefined }>(undefined)
  useEffect(() => {
    latest.current = props
  })
  useEffect(() => {
    let made: SqlEditorView | undefined
    let takeAway: (() => void) | undefined
    let isOver = false
    const format = async (): Promise<void> => {
      if ((await made?.format()) === false)
        toast('It stays as it is: this SQL cannot be formatted yet', { duration: 4_000 })
    }
    const show = async (): Promise<void> => {
      const { createSqlEditor } = await loadEditor()
      if (isOver || place.current === null) return
      made = createSqlEditor(place.current, {
        id,
        label,
        sql: latest.current.value,
        onChange: (sql) => {
          told.current.push(sql)
          latest.current.onChange(sql)
        },
        onRun: () => latest.current.onRun?.(),
        onFormat: () => void format(),
        onCursor: sqlEditing.moveTo,
        complete: async (sql, offset) => latest.current.complete?.(sql, offset),
      })
      takeAway = sqlEditing.show(() => void format())
      setView(made)
      if (wished.current !== undefined) made.focus(wished.current.offset)
      wished.current = undefined
    }
    // The text stands there already; the error is for the log.
    show().catch(reportError)
    return () => {
      isOver = true
      takeAway?.()
      made?.dispose()
      setView(undefined)
    }
  }, [id, label, sqlEditing])
  useEffect(() => {
    const place = told.current.lastIndexOf(value)
    told.current = place < 0 ? [] : told.current.slice(place + 1)
    if (place < 0) view?.setSql(value)
  }, [view, value])
  useEffect(() => view?.setBase(base), [view, base])
  useEffect(() => view?.setProblems(problems), [view, problems])
  useImperativeHandle(
    ref,
    () => ({
      focus(offset) {
        if (view === undefined) wished.current = { offset }
        else view.focus(offset)
      },
    }),
    [view],
  )
  return (
    <div className="sql-editing">
      {view === undefined && <SqlText sql={value} />}
      <div ref={place} className="sql-editor" />
    </div>
  )
}
