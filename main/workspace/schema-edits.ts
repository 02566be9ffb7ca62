import type { VerbInput, VerbOutput } from '../contract/contract.ts'
import type { SchemaDraft, SchemaReview } from '../contract/schema-edit.ts'
import type { DatabaseCall } from '../database-host/database-messages.ts'
import { Refusal } from '../ipc/refusal.ts'
import type { DraftBook } from './drafts.ts'
import type { FileJournal } from './file-journal.ts'
import type { OpenWorkspace } from './open-workspace.ts'
import { planConsumer } from './plan-consumer-schema.ts'
import { planPublic } from './plan-public-schema.ts'
import { planRemoval } from './plan-removal.ts'
import { backwards, type FileChange } from './replace-files.ts'
import { type AskPlan, refuseUnseen, reviewOf } from './review-schema.ts'
import type { SchemaDrafts } from './schema-drafts.ts'
import type { SchemaPlan } from './schema-plan.ts'

export interface SchemaEditsDeps {
  /** Does `work` in order with everything else that is asked of the workspace, and shows it anew. */
  change<T>(work: (open: OpenWorkspace) => Promise<T>): Promise<T>
  /** What is open, as its files say now. */
  look<T>(work: (open: OpenWorkspace) => Promise<T>): Promise<T>
  readonly drafts: SchemaDrafts
  readonly book: DraftBook<SchemaDraft>
  readonly journal: FileJournal
  readonly plan: AskPlan
  /** Resolves with the table's name, as SQL has it. */
  makeTable(question: Omit<Extract<DatabaseCall, { name: 'makeTable' }>, 'name'>): Promise<string>
  readonly engine: {
    runs(): boolean
    /** Resolves when it runs again, or cannot. */
    restart(): Promise<void>
  }
  /** Shows what is being done; `undefined`: nothing any more. */
  tell(step: string | undefined): void
}

/** Schemas of the open workspace as people make them live. Everything rejects with a Refusal or a FailureError. */
export interface SchemaEdits {
  review(draft: string): Promise<SchemaReview>
  apply(agreed: VerbInput<'schema.apply'>): Promise<{ id: string }>
  reviewRemoval(id: string): Promise<SchemaReview>
  remove(agreed: VerbInput<'schema.remove'>): Promise<void>
  /** Answers with the table that was made for it, which stays. */
  undo(): Promise<VerbOutput<'schema.undo'>>
}

/** The last thing that was done, for taking it back. */
interface Done {
  readonly workspace: string
  readonly changes: readonly FileChange[]
  readonly draft: SchemaDraft | undefined
  /** The table that was made for it, and at which connection. */
  readonly made?: { readonly connection: string; readonly table: string } | undefined
}

export function createSchemaEdits(deps: SchemaEditsDeps): SchemaEdits {
  const { change, drafts, book, journal, engine, tell } = deps
  let last: Done | undefined

  const draftIn = ({ path }: OpenWorkspace, id: string): SchemaDraft => {
    const draft = drafts.of(path).find((each) => each.id === id)
    if (draft !== undefined) return draft
    throw new Refusal({
      message: 'Cannot find the draft: it was applied or discarded',
      solution: 'Open the schema again.',
    })
  }
  const planDraft = ({ pipeline }: OpenWorkspace, draft: SchemaDraft): Promise<SchemaPlan> =>
    draft.kind === 'public' ? planPublic(pipeline, draft) : planConsumer(pipeline, draft)
  const reviewDraft = async (open: OpenWorkspace, draft: SchemaDraft) => {
    const plan = await planDraft(open, draft)
    const table = draft.kind === 'consumer' ? draft.form.createTable?.trim() : undefined
    return {
      plan,
      ...(await reviewOf(open.pipeline, { plan, table: table === '' ? undefined : table, ask: deps.plan })),
    }
  }
  const reviewRemoval = async (open: OpenWorkspace, id: string) => {
    const plan = await planRemoval(open.pipeline, id)
    return { plan, ...(await reviewOf(open.pipeline, { plan, table: undefined, ask: deps.plan })) }
  }

  /** Writes, and makes what runs take it. Whatever goes wrong before the files are written leaves everything as it was. */
  const doing = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      const result = await work()
      if (engine.runs()) {
        tell('Starting the sync with it')
        await engine.restart()
      }
      return result
    } finally {
      tell(undefined)
    }
  }
  const write = async (done: Done) => {
    const { changes } = done
    tell(changes.length === 1 ? 'Writing the file' : `Writing ${changes.length} files`)
    await journal.replace(changes)
    last = done
  }

  return {
    review: (id) => deps.look(async (open) => (await reviewDraft(open, draftIn(open, id))).review),

    apply: ({ draft: id, reviewed, confirmed }) =>
      doing(() =>
        change(async (open) => {
          tell('Looking once more')
          const draft = draftIn(open, id)
          const { plan, review, destination } = await reviewDraft(open, draft)
          refuse(review, reviewed, confirmed)
          let made: Done['made']
          for (const { connection, sql } of review.statements) {
            tell(`Making the table at ${plan.destination}`)
            if (destination === undefined) throw noConnection(plan.destination ?? '')
            const table = await deps.makeTable({ connection: destination, sql, confirmed })
            made = { connection, table }
            // It is there now, whatever becomes of the rest.
            await book.keep(open.path, withoutTable(draft))
          }
          await write({ workspace: open.path, changes: plan.changes, draft, made })
          await drafts.discard(id)
          return { id: plan.id }
        }),
      ),

    reviewRemoval: (id) => deps.look(async (open) => (await reviewRemoval(open, id)).review),

    remove: ({ id, reviewed, confirmed }) =>
      doing(() =>
        change(async (open) => {
          tell('Looking once more')
          const { plan, review } = await reviewRemoval(open, id)
          refuse(review, reviewed, confirmed)
          await write({ workspace: open.path, changes: plan.changes, draft: undefined })
        }),
      ),

    undo: () =>
      doing(() =>
        change(async ({ path }) => {
          if (last?.workspace !== path)
            throw new Refusal({ message: 'Nothing was changed here that could be taken back' })
          const { changes, draft, made } = last
          tell('Putting the files back')
          await journal.replace(changes.map(backwards).reverse())
          if (draft !== undefined) await book.keep(path, withoutTable(draft))
          last = undefined
          return made === undefined ? {} : { stays: made }
        }),
      ),
  }
}

function refuse(review: SchemaReview, reviewed: string, confirmed: boolean): void {
  refuseUnseen(review, reviewed, 'apply it')
  if (review.production !== undefined && !confirmed) {
    throw new Refusal({
      message: `Cannot apply it: ${review.production} is a production database, and this was not confirmed`,
      solution: 'Confirm it.',
    })
  }
}

/** Without its CREATE TABLE: that was run. */
function withoutTable(draft: SchemaDraft): SchemaDraft {
  if (draft.kind === 'public') return draft
  const { createTable: _, ...form } = draft.form
  return { ...draft, form }
}

function noConnection(slug: string): Refusal {
  return new Refusal({
    message: `Cannot make the table: the workspace has no connection ${slug} any more`,
    solution: 'Choose another destination.',
  })
}
