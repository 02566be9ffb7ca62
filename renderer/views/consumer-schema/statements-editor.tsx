import { FileCode } from 'lucide-react'
import type { Ref } from 'react'
import { Button } from '../../components/button.tsx'
import { FormatButton } from '../../components/format-button.tsx'
import { SqlEditor, type SqlEditorHandle } from '../../components/sql-editor.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { TabList } from '../../components/tab-list.tsx'
import { useProgram } from '../../stores/program.ts'
import type { EditedConsumer } from '../../stores/schema-drafts-store.ts'
import type { ConsumerFacts } from './consumer-facts.ts'
import { type StatementId, statements, textOfStatement } from './statements.ts'
import { tableOfForm } from './table-name.ts'
import { type Description, isBlank } from './use-description.ts'
import type { Generate } from './use-generate.ts'

interface StatementsEditorProps {
  readonly draft: EditedConsumer
  readonly facts: ConsumerFacts
  readonly description: Description | undefined
  readonly statement: StatementId
  readonly onStatement: (statement: StatementId) => void
  readonly generate: Generate
  readonly onRun: () => void
  readonly ref?: Ref<SqlEditorHandle>
}

/** The SQL, a statement at a time. That of a new table is there only while one is to be made. */
export function StatementsEditor(props: StatementsEditorProps) {
  const { draft, facts, description, generate, onStatement, onRun, ref } = props
  const { schemaDrafts, invoke } = useProgram()
  const { id, form, base } = draft
  const { schema, destination } = facts
  const shown = statements.filter((one) => one.id !== 'createTable' || !isBlank(form.createTable))
  const current = shown.find((one) => one.id === props.statement) ?? shown[0]
  if (current === undefined) return null
  const diagnostics = (of: StatementId) => description?.[of] ?? []
  const complete = async (sql: string, offset: number) => {
    if (destination === undefined) return undefined
    const placeholders = (schema?.columns ?? []).map(({ name, type }) => ({ name, type }))
    const question = { connection: destination.id, sql, offset, placeholders, statement: 'consumer' as const }
    const answer = await invoke('sql.complete', question)
    return answer.ok ? answer.value : undefined
  }
  return (
    <>
      <div className="cs-tabs">
        <TabList
          label="Statements"
          tabs={shown.map(({ id: one, name }) => ({
            id: one,
            name,
            more: diagnostics(one).some(({ severity }) => severity === 'error') && (
              <StatusGlyph glyph="failed" label="has an error" />
            ),
          }))}
          current={current.id}
          onChoose={onStatement}
        />
        <span className="grow" />
        <FormatButton />
        <Button
          kind="quiet"
          small
          icon={FileCode}
          disabled={
            schema === undefined || destination === undefined || tableOfForm(form) === undefined || generate.running
          }
          onClick={() => void generate.run()}
        >
          Generate
        </Button>
      </div>
      <SqlEditor
        key={current.id}
        id={`${id}:${current.id}`}
        label={current.label}
        value={textOfStatement(form, current.id)}
        onChange={(sql) => schemaDrafts.changeConsumer(id, { [current.id]: sql })}
        problems={diagnostics(current.id)}
        complete={complete}
        base={base === undefined ? undefined : textOfStatement(base, current.id)}
        onRun={onRun}
        {...(ref === undefined ? {} : { ref })}
      />
    </>
  )
}
