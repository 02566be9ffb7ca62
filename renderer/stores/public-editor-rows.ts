import type { StoreApi } from 'zustand/vanilla'
import type { PublicSchemaDescription } from '../../sync-core/domain/description.ts'
import type { RowChoice, RowImage } from '../../sync-core/domain/preview.ts'
import type { Transformation } from '../../sync-core/domain/public-schema.ts'
import type { Invoke } from '../bridge/invoke.ts'
import { rowSql, tableText } from '../text/table-sql.ts'
import { notAsked, type PublicEditorState, type RowsWanted } from './public-editor-state.ts'

/** What the SQL in sight gives for real rows, and how the server would run it. */
export interface RowQuestions {
  /** Asks for rows, though nothing has changed. */
  runPreview(): void
  /** Asks for what the open panel shows, where that is of another text. */
  refresh(described: PublicSchemaDescription): void
  /** The row that a key names, with all its columns, to be edited. */
  readRow(key: RowImage): Promise<void>
  cancel(): void
}

const previewRows = 20

export function createRowQuestions(deps: {
  id: string
  invoke: Invoke
  store: StoreApi<PublicEditorState>
  connection(): string | undefined
  transformation(): Transformation | undefined
}): RowQuestions {
  const { id, invoke, store } = deps
  const previewId = `preview ${id}`
  const planId = `plan ${id}`
  const turns = { preview: 0, plan: 0 }

  const preview = async () => {
    const [connection, transformation] = [deps.connection(), deps.transformation()]
    const { wanted } = store.getState()
    const rows = chosen(wanted)
    if (connection === undefined || transformation === undefined || rows === undefined) return
    turns.preview += 1
    const mine = turns.preview
    const of = previewMark(transformation, wanted)
    store.setState((state) => ({ preview: { ...state.preview, asking: true, asked: of } }))
    const answer = await invoke('publicSchema.preview', { connection, question: previewId, transformation, rows })
    if (mine !== turns.preview) return
    store.setState(
      answer.ok
        ? { preview: { asking: false, asked: of, of, value: answer.value, failure: undefined } }
        : { preview: { asking: false, asked: of, of, value: undefined, failure: answer.failure } },
    )
  }
  const plan = async () => {
    const [connection, transformation] = [deps.connection(), deps.transformation()]
    if (connection === undefined || transformation === undefined) return
    turns.plan += 1
    const mine = turns.plan
    const of = planMark(transformation)
    store.setState((state) => ({ plan: { ...state.plan, asking: true, asked: of } }))
    const answer = await invoke('publicSchema.plan', { connection, question: planId, transformation })
    if (mine !== turns.plan) return
    store.setState(
      answer.ok
        ? { plan: { asking: false, asked: of, of, value: answer.value, failure: undefined } }
        : { plan: { asking: false, asked: of, of, value: undefined, failure: answer.failure } },
    )
  }

  return {
    runPreview() {
      store.setState({ panel: 'preview', panelOpen: true })
      void preview()
    },
    refresh({ statements }) {
      const { panel, panelOpen, table, wanted, preview: shown, plan: planned } = store.getState()
      const transformation = deps.transformation()
      const isFine = statements[table]?.columns !== undefined
      if (!panelOpen || transformation === undefined || !isFine) return
      if (panel === 'preview' && shown.asked !== previewMark(transformation, wanted)) void preview()
      if (panel === 'plan' && planned.asked !== planMark(transformation)) void plan()
    },
    async readRow(key) {
      const [connection, transformation] = [deps.connection(), deps.transformation()]
      const table = store.getState().tables[transformation?.table ?? '']
      if (connection === undefined || table === undefined) return
      const answer = await invoke('publicSchema.preview', {
        connection,
        question: `row ${id}`,
        transformation: { table: tableText(table), sql: rowSql(table) },
        rows: { by: 'key', keys: [{ ...key }] },
      })
      const values = answer.ok ? answer.value.rows[0]?.values : undefined
      if (values === undefined) return
      const image = Object.fromEntries(table.columns.map(({ name }, place) => [name, values[place] ?? null]))
      store.setState(({ wanted }) => ({ wanted: { ...wanted, by: 'image', key, image } }))
      void preview()
    },
    cancel() {
      turns.preview += 1
      turns.plan += 1
      for (const question of [previewId, planId]) void invoke('question.cancel', { question })
      store.setState(({ preview: shown, plan: planned }) => ({
        preview: shown.asking ? notAsked : shown,
        plan: planned.asking ? notAsked : planned,
      }))
    },
  }
}

/** `undefined`: nothing is named yet. */
function chosen({ by, key, image }: RowsWanted): RowChoiceInput | undefined {
  if (by === 'first' || by === 'random') return { by, count: previewRows }
  const isKeyed = Object.values(key).some((value) => value !== null && value !== '')
  if (by === 'key') return isKeyed ? { by, keys: [{ ...key }] } : undefined
  if (Object.keys(image).length === 0) return undefined
  return { by, image: { ...image }, ...(isKeyed ? { key: { ...key } } : {}) }
}

type RowChoiceInput = Exclude<RowChoice, { by: 'key' }> | { by: 'key'; keys: RowImage[] }

function previewMark({ table, sql }: Transformation, wanted: RowsWanted): string {
  return JSON.stringify([table, sql, wanted])
}

function planMark({ table, sql }: Transformation): string {
  return JSON.stringify([table, sql])
}
