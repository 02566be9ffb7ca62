import { useEffect, useMemo, useRef } from 'react'
import { Group, Panel, Separator } from 'react-resizable-panels'
import { useStore } from 'zustand'
import { onRunKey } from '../../components/on-run-key.ts'
import type { SqlEditorHandle } from '../../components/sql-editor.tsx'
import { useProgram, useSchemaDrafts } from '../../stores/program.ts'
import type { EditedPublic } from '../../stores/schema-drafts-store.ts'
import { WithInspector } from '../shell/with-inspector.tsx'
import { ContractPane } from './contract-pane.tsx'
import { EditingContext } from './editing.ts'
import { FirstTable } from './first-table.tsx'
import { Header } from './header.tsx'
import { ResultPanel, ResultTabs } from './result-panel.tsx'
import { SqlPart } from './sql-part.tsx'
import './public-schema.css'

/** The editor of a public schema, for the draft of that id. */
export function PublicSchema({ draft: id }: { draft: string }) {
  const draft = useSchemaDrafts(({ drafts }) => drafts[id])
  return draft?.kind === 'public' ? <Editor draft={draft} /> : null
}

function Editor({ draft }: { draft: EditedPublic }) {
  const { publicEditors, platform } = useProgram()
  const editor = publicEditors.of(draft.id)
  const sql = useRef<SqlEditorHandle>(null)
  const panelOpen = useStore(editor.store, (state) => state.panelOpen)
  useEffect(() => editor.show(), [editor])
  const editing = useMemo(() => ({ draft, editor, sql }), [draft, editor])
  const hasTables = draft.form.transformations.length > 0
  return (
    <EditingContext value={editing}>
      <section
        className="publish"
        aria-label={`Public schema ${draft.form.name}`}
        onKeyDown={onRunKey(platform, editor.runPreview)}
      >
        <Header />
        <WithInspector width="contractWidth" inspector={<ContractPane />}>
          {!hasTables ? (
            <FirstTable />
          ) : panelOpen ? (
            <Group className="grow" orientation="vertical">
              <Panel id="sql" className="publish-part" style={{ overflow: 'hidden' }} minSize={120}>
                <SqlPart />
              </Panel>
              <Separator className="separator" aria-label="Height of the SQL" />
              <Panel
                id="results"
                className="publish-part"
                style={{ overflow: 'hidden' }}
                defaultSize="43%"
                minSize={120}
              >
                <ResultTabs />
                <ResultPanel />
              </Panel>
            </Group>
          ) : (
            <>
              <SqlPart />
              <ResultTabs />
            </>
          )}
        </WithInspector>
      </section>
    </EditingContext>
  )
}
