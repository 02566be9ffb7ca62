import type { StoreApi } from 'zustand/vanilla'
import type { PublicSchemaDescription } from '../../sync-core/domain/description.ts'
import type { Invoke } from '../bridge/invoke.ts'
import { mergedColumns } from './merge-contract.ts'
import { describedPart, type EditedDraft, keyOf } from './public-editor-draft.ts'
import type { PublicEditorState } from './public-editor-state.ts'
import { sameForm } from './same-form.ts'

/** What is said of a draft: by its text at once, by the server when typing pauses, beside the version that is saved. */
export interface DescriptionQuestions {
  /** Asks in that time; what was to be asked before is not asked any more. */
  askIn(afterMs: number): void
  /** With the saved version. */
  compare(): Promise<void>
  /** Nobody looks any more. */
  cancel(): void
}

const checkAfterMs = 60

export function createDescriptionQuestions(deps: {
  id: string
  invoke: Invoke
  store: StoreApi<PublicEditorState>
  edited: EditedDraft
  /** The server's word is there. */
  onDescribed(described: PublicSchemaDescription): void
}): DescriptionQuestions {
  const { invoke, store, edited } = deps
  const set = store.setState
  const question = `describe ${deps.id}`
  let turn = 0
  let timers: ReturnType<typeof setTimeout>[] = []

  const check = async () => {
    const mine = turn
    const form = edited.form()
    if (form === undefined) return
    const answer = await invoke('publicSchema.check', { draft: describedPart(form) })
    if (mine !== turn || !answer.ok) return
    const before = store.getState().described
    set({ described: before === undefined ? answer.value : withText(before, answer.value) })
  }
  const describe = async () => {
    const mine = turn
    const [form, connection] = [edited.form(), edited.connection()]
    if (form === undefined || connection === undefined) return set({ asking: false })
    set({ asking: true })
    const answer = await invoke('publicSchema.describe', { connection, question, draft: describedPart(form) })
    if (mine !== turn) return
    if (!answer.ok) return set({ asking: false, failure: answer.failure })
    set({ asking: false, failure: undefined, described: answer.value, describedAt: Date.now() })
    followSql(edited, answer.value)
    void compare()
    deps.onDescribed(answer.value)
  }
  const compare = async () => {
    const draft = edited.draft()
    if (draft?.schema === undefined) return set({ comparison: undefined })
    const columns = draft.form.columns.map(({ name, postgresType, nullable, description }) => ({
      name,
      postgresType,
      nullable,
      description,
    }))
    const key = keyOf(draft.form, store.getState().described)
    const answer = await invoke('publicSchema.compare', {
      schema: draft.schema,
      draft: { columns, key: key && [...key] },
    })
    if (draft.form === edited.form()) set({ comparison: answer.ok ? answer.value : undefined })
  }
  const callOff = () => {
    turn += 1
    for (const timer of timers) clearTimeout(timer)
  }

  return {
    askIn(afterMs) {
      callOff()
      timers = [
        setTimeout(() => void check(), Math.min(checkAfterMs, afterMs)),
        setTimeout(() => void describe(), afterMs),
      ]
    },
    compare,
    cancel() {
      callOff()
      void invoke('question.cancel', { question })
      set({ asking: false })
    },
  }
}

/** The contract is what the SQL gives; of a saved one that nobody touched it is what was promised. */
function followSql(edited: EditedDraft, { columns }: PublicSchemaDescription): void {
  const draft = edited.draft()
  if (draft === undefined || columns.length === 0) return
  const { base } = draft
  const isTouched = base === undefined || !sameForm(draft.form.transformations, base.transformations)
  edited.change((current) => {
    const known = (name: string) => current.columns.find((column) => column.name === name)
    const back = base?.columns.filter(({ name }) => known(name) === undefined) ?? []
    if (isTouched) return { columns: mergedColumns([...current.columns, ...back], columns) }
    return { columns: base.columns.map((column) => known(column.name) ?? column) }
  })
}

/** New words about a text, with what the server said of the former: its columns stay in sight while one types. */
function withText(before: PublicSchemaDescription, text: PublicSchemaDescription): PublicSchemaDescription {
  const statements = text.statements.map((statement) => {
    const former = before.statements.find(({ table }) => table === statement.table)
    return { ...statement, tableProblem: statement.tableProblem ?? former?.tableProblem, columns: former?.columns }
  })
  return { ...before, statements, suggestedKey: text.suggestedKey ?? before.suggestedKey }
}
