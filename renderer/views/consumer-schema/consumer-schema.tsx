import { useEffect, useRef, useState } from 'react'
import { Group, Panel, Separator } from 'react-resizable-panels'
import type { PublicSchemaView } from '../../../main/contract/contract.ts'
import { Button } from '../../components/button.tsx'
import { ConfirmProduction } from '../../components/confirm-production.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { onRunKey } from '../../components/on-run-key.ts'
import type { SqlEditorHandle } from '../../components/sql-editor.tsx'
import { useApp, useProgram, useSchemaDraft } from '../../stores/program.ts'
import type { EditedConsumer } from '../../stores/schema-drafts-store.ts'
import { ColumnsPane } from './columns-pane.tsx'
import { useConsumerFacts } from './consumer-facts.ts'
import './consumer-schema.css'
import { ContractPane } from './contract-pane.tsx'
import { DestinationPane } from './destination-pane.tsx'
import { Header } from './header.tsx'
import { listProblems } from './list-problems.ts'
import { consuming } from './new-consumer.ts'
import type { ListedProblem } from './problems-list.tsx'
import { ReplaceDialog } from './replace-dialog.tsx'
import { Results } from './results.tsx'
import { SettingsPane } from './settings-pane.tsx'
import type { StatementId } from './statements.ts'
import { StatementsEditor } from './statements-editor.tsx'
import { tableOfForm } from './table-name.ts'
import { isBlank, useDescription } from './use-description.ts'
import { useDryRun } from './use-dry-run.ts'
import { useGenerate } from './use-generate.ts'

/** Writes a consumer schema: contract, SQL and destination, from left to right. */
export function ConsumerSchema({ draft: id }: { draft: string }) {
  const draft = useSchemaDraft(id)
  return draft?.kind === 'consumer' ? <Editor draft={draft} /> : null
}

function Editor({ draft }: { draft: EditedConsumer }) {
  const { schemaDrafts, platform } = useProgram()
  const { id, form } = draft
  const workspace = useApp((state) => state.workspace)
  const facts = useConsumerFacts(form)
  const { schema, destination } = facts
  const described = useDescription(draft, facts)
  const generate = useGenerate(draft, facts)
  const dryRun = useDryRun(draft, facts)
  const [statement, setStatement] = useState<StatementId>('sql')
  const [section, setSection] = useState<'dry-run' | 'problems'>('dry-run')
  const editor = useRef<SqlEditorHandle>(null)
  const isNew = !isBlank(form.createTable)
  const problems = listProblems(described.description, generate.notes)

  const run = () => {
    if (dryRun.isPossible) setSection('dry-run')
    dryRun.start()
  }
  const consume = (chosen: PublicSchemaView) => {
    if (workspace !== undefined) schemaDrafts.changeConsumer(id, consuming(chosen, form, workspace))
  }
  const go = ({ statement: at, from }: ListedProblem) => {
    setStatement(at)
    // The other statement's editor is there a moment later.
    requestAnimationFrame(() => editor.current?.focus(from))
  }
  useFirstSql(draft, schema !== undefined && destination !== undefined, generate.run)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears the keys of the controls in it
    <div className="cs" onKeyDown={onRunKey(platform, run)}>
      <Header draft={draft} />
      <div className="cs-body">
        <ContractPane
          schema={schema}
          unused={isBlank(form.sql) ? undefined : described.description?.mapping.unused}
          onSource={consume}
        />
        <Group className="cs-centre" orientation="vertical">
          <Panel id="sql" className="cs-sql" style={{ overflow: 'hidden' }} minSize={120}>
            <StatementsEditor
              draft={draft}
              facts={facts}
              description={described.description}
              statement={statement}
              onStatement={setStatement}
              generate={generate}
              onRun={run}
              ref={editor}
            />
          </Panel>
          <Separator className="separator" aria-label="Height of the results" />
          <Panel id="results" className="cs-results" style={{ overflow: 'hidden' }} defaultSize={280} minSize={80}>
            <Results section={section} onSection={setSection} problems={problems} onGo={go} dryRun={dryRun} />
          </Panel>
        </Group>
        <div className="cs-pane cs-right">
          <DestinationPane draft={draft} destination={destination} />
          {generate.failure !== undefined && (
            <div className="cs-failure">
              <FailureNote failure={generate.failure} />
            </div>
          )}
          {described.failure !== undefined && (
            <div className="cs-failure">
              <FailureNote failure={described.failure}>
                <Button small onClick={described.again}>
                  Ask again
                </Button>
              </FailureNote>
            </div>
          )}
          <ColumnsPane
            table={tableOfForm(form)}
            isNew={isNew}
            described={described}
            contractKey={schema?.key ?? none}
          />
          <SettingsPane draft={draft} source={schema} />
        </div>
      </div>
      <ReplaceDialog generate={generate} form={form} />
      <ConfirmProduction
        open={dryRun.asking}
        onOpenChange={(open) => !open && dryRun.dismiss()}
        title={`Try it at ${dryRun.destination}?`}
        text={`The last ${dryRun.count} events are applied there, twice, in one transaction that is rolled back. Until then the rows that they write are locked; numbers of sequences are used up.`}
        action="Try it on production"
        onYes={dryRun.confirm}
      />
    </div>
  )
}

const none: readonly string[] = []

/** A draft that says what it consumes and where to has SQL to begin with. */
function useFirstSql({ form, base }: EditedConsumer, ready: boolean, generate: () => Promise<void>): void {
  const tried = useRef(false)
  const wanted = ready && base === undefined && form.table !== undefined && isBlank(form.sql)
  useEffect(() => {
    if (!wanted || tried.current) return
    tried.current = true
    void generate()
  }, [wanted, generate])
}
