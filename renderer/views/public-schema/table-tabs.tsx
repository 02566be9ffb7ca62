import { Play, Plus, Table2, X } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { describeKeys } from '../../commands/keys.ts'
import { Button } from '../../components/button.tsx'
import { FormatButton } from '../../components/format-button.tsx'
import { runKeys } from '../../components/on-run-key.ts'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { useProgram } from '../../stores/program.ts'
import { useEditing, useEditor, useProblems } from './editing.ts'
import { TableSearch } from './table-search.tsx'

/** The tables whose changes make it look again, each with SQL of its own. 36 high. */
export function TableTabs() {
  const { draft, editor } = useEditing()
  const { platform } = useProgram()
  const place = useEditor((state) => state.table)
  const problems = useProblems()
  const { transformations } = draft.form
  return (
    <div className="publish-tables">
      <span className="publish-tables-label" id="publish-listens">
        Listens to
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: a field set is for fields */}
      <div className="publish-tables-list" role="group" aria-labelledby="publish-listens">
        {transformations.map(({ table }, index) => {
          const own = problems.filter((problem) => problem.table === index)
          const worst = own.find(({ severity }) => severity === 'error') ?? own[0]
          return (
            <span key={table} className={`publish-table ${index === place ? 'publish-table-current' : ''}`}>
              <button type="button" aria-pressed={index === place} onClick={() => editor.selectTable(index)}>
                <Table2 size={14} strokeWidth={1.6} aria-hidden />
                <span className="ellipsis" title={table}>
                  {table}
                </span>
                {worst !== undefined && index !== place && (
                  <StatusGlyph
                    glyph={worst.severity === 'error' ? 'failed' : 'retrying'}
                    label={worst.severity === 'error' ? 'has errors' : 'has warnings'}
                    size={8}
                  />
                )}
              </button>
              {index === place && transformations.length > 1 && (
                <button
                  type="button"
                  className="publish-table-close"
                  aria-label={`Stop listening to ${table}`}
                  title={`Stop listening to ${table}`}
                  onClick={() => editor.removeTable(index)}
                >
                  <X size={12} aria-hidden />
                </button>
              )}
            </span>
          )
        })}
        <AddTable />
      </div>
      <FormatButton />
      <Button kind="quiet" small icon={Play} className="publish-run" onClick={editor.runPreview}>
        <span className="publish-run-word">Run preview</span> <kbd>{describeKeys(runKeys, platform)}</kbd>
      </Button>
    </div>
  )
}

function AddTable() {
  const [open, setOpen] = useState(false)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button kind="quiet" small icon={Plus}>
          Table
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu publish-popover" align="start" sideOffset={4} aria-label="Add a table">
          <TableSearch onChosen={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
