import { useMemo } from 'react'
import { Button } from '../../components/button.tsx'
import { type EditorProblem, SqlEditor } from '../../components/sql-editor.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { useProgram } from '../../stores/program.ts'
import type { PublicSchemaEditor } from '../../stores/public-schema-editor.ts'
import { meantInstead, type SchemaProblem } from '../../stores/schema-problems.ts'
import { mayBeSame } from '../../text/table-name.ts'
import { useEditing, useEditor, useProblems } from './editing.ts'
import { TableTabs } from './table-tabs.tsx'

/** The tables that are listened to, and the SQL of one of them. */
export function SqlPart() {
  const { draft, editor, sql } = useEditing()
  const { actions } = useProgram()
  const place = useEditor((state) => state.table)
  const plan = useEditor((state) => state.plan)
  const all = useProblems()
  const { transformations } = draft.form
  const shown = transformations[place] ?? transformations[0]
  const text = shown?.sql ?? ''
  const planned = plan.of === JSON.stringify([shown?.table, text]) ? plan.value : undefined
  const problems = useMemo(
    () => [
      ...all.flatMap((problem) => (problem.table === place ? marked(problem, text, editor) : [])),
      ...(planned?.diagnostics ?? []).map((problem) => ({
        ...problem,
        actions:
          problem.cure === undefined
            ? []
            : [{ label: 'Copy the index', run: () => actions.copy(problem.cure ?? '', 'the index') }],
      })),
    ],
    [all, place, text, editor, planned, actions],
  )
  if (shown === undefined) return null
  const fault = all.find(({ table, mark }) => table === place && mark === undefined)
  const base = draft.base?.transformations.find(({ table }) => mayBeSame(table, shown.table))?.sql
  return (
    <div className="publish-sql">
      <TableTabs />
      {fault !== undefined && (
        <TableFault fault={fault} table={shown.table} onRemove={() => editor.removeTable(place)} />
      )}
      <SqlEditor
        key={shown.table}
        ref={sql}
        id={`${draft.id} ${shown.table}`}
        label={`SQL when ${shown.table} changes`}
        value={text}
        base={draft.base === undefined ? undefined : (base ?? '')}
        onChange={editor.setSql}
        problems={problems}
        complete={editor.complete}
        onRun={editor.runPreview}
      />
    </div>
  )
}

/** It was dropped or renamed, it has no key, its role may not read it. */
function TableFault({ fault, table, onRemove }: { fault: SchemaProblem; table: string; onRemove: () => void }) {
  return (
    <div className="publish-fault" role="status">
      <StatusGlyph glyph="failed" size={12} />
      <p className="grow selectable">
        <strong>{fault.message}.</strong> {fault.hint}
      </p>
      <Button small onClick={onRemove}>
        Stop listening to {table}
      </Button>
    </div>
  )
}

function marked({ mark, read }: SchemaProblem, sql: string, editor: PublicSchemaEditor): readonly EditorProblem[] {
  if (mark === undefined) return []
  const meant = meantInstead(mark, sql)
  const replace = () => editor.setSql(sql.slice(0, mark.from) + meant + sql.slice(mark.to))
  const actions = [
    ...(read?.cure === undefined ? [] : [{ label: 'Listen to it', run: () => editor.listen(read) }]),
    ...(read === undefined ? [] : [{ label: 'Not tracked', run: () => editor.ignore(read) }]),
    ...(meant === undefined ? [] : [{ label: `Write ${meant}`, run: replace }]),
  ]
  return [{ ...mark, from: inLines(sql, mark.from), to: inLines(sql, mark.to), actions }]
}

/** The editor's lines end in one character. */
function inLines(sql: string, offset: number): number {
  return offset - (sql.slice(0, offset).match(/\r\n/g)?.length ?? 0)
}
