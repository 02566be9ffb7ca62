import { toast } from 'sonner'
import { createStore } from 'zustand/vanilla'
import type { FailureView } from '../../main/contract/contract.ts'
import type { ConsumerSchemaForm, PublicSchemaForm, SchemaDraft, SchemaForm } from '../../main/contract/schema-edit.ts'
import type { Invoke } from '../bridge/invoke.ts'
import type { AppStore } from './app-store.ts'
import { changedForm, type FormHistory, noHistory, redoneForm, replacedForm, undoneForm } from './form-history.ts'
import { sameForm } from './same-form.ts'

/** A schema that is being written. What stands here is newer than what main has of it, by less than a second. */
export type EditedDraft = {
  readonly id: string
  /** The saved schema that is changed. */
  readonly schema: string | undefined
  /** When main has written it down last; `undefined`: not yet. ms since 1970. */
  readonly savedAt: number | undefined
  /** Something was changed that main does not have yet. */
  readonly unkept: boolean
} & (EditedForm<'public', PublicSchemaForm> | EditedForm<'consumer', ConsumerSchemaForm>)

interface EditedForm<Kind extends SchemaDraft['kind'], Form extends SchemaForm> {
  readonly kind: Kind
  readonly form: Form
  /** What the files said when the editing began; `undefined` for a new one. */
  readonly base: Form | undefined
  /** The files say something else by now, or nothing of it any more. */
  readonly outside: { readonly form?: Form | undefined } | undefined
  readonly history: FormHistory<Form>
}

export type EditedPublic = Extract<EditedDraft, { kind: 'public' }>
export type EditedConsumer = Extract<EditedDraft, { kind: 'consumer' }>
export type NewSchema =
  | { readonly kind: 'public'; readonly form: PublicSchemaForm }
  | { readonly kind: 'consumer'; readonly form: ConsumerSchemaForm }

/** Fields that change, or what they become from how the form is. */
export type Patch<Form> = Partial<Form> | ((form: Form) => Partial<Form>)

export interface SchemaDraftsStore {
  readonly store: ReturnType<typeof createDraftsState>
  /** Begins a new one and returns the draft's id. */
  begin(schema: NewSchema): string
  /** The draft of a saved schema: the one that there is, or a new one. */
  edit(schema: string): Promise<{ readonly id: string } | { readonly failure: FailureView }>
  changePublic(id: string, patch: Patch<PublicSchemaForm>): void
  changeConsumer(id: string, patch: Patch<ConsumerSchemaForm>): void
  undo(id: string): void
  redo(id: string): void
  /** What the files say now takes its place; can be taken back. */
  reload(id: string): void
  /** What the files say now is where it began from; it stays as it is. */
  keepMine(id: string): void
  /** Its tab closes: one that differs from nothing, or from how it was `begun`, goes; any other is kept. */
  close(id: string, begun?: SchemaForm): void
  /** It goes; for a moment that can be taken back. `restored` is called then. */
  discard(id: string, restored: () => void): void
  /** It is being applied: it stays here though main drops it, until it is dropped or `release`d. */
  hold(id: string): void
  release(id: string): void
  /** It was applied: main has dropped it. */
  drop(id: string): void
  /** Resolves when main has everything. */
  flush(): Promise<void>
}

export interface SchemaDraftsState {
  readonly drafts: Readonly<Record<string, EditedDraft>>
}

const createDraftsState = () => createStore<SchemaDraftsState>(() => ({ drafts: {} }))
const keepAfterMs = 400

export function createSchemaDraftsStore({ invoke, app }: { invoke: Invoke; app: AppStore }): SchemaDraftsStore {
  const store = createDraftsState()
  const held = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  /** The one that the drafts here are of. */
  let workspace = app.getState().workspace?.summary.path

  const find = (id: string) => store.getState().drafts[id]
  const put = (draft: EditedDraft) => store.setState(({ drafts }) => ({ drafts: { ...drafts, [draft.id]: draft } }))
  const remove = (id: string) => store.setState(({ drafts: { [id]: _, ...others } }) => ({ drafts: others }))

  const flush = async () => {
    clearTimeout(timer)
    timer = undefined
    const unkept = Object.values(store.getState().drafts).filter((draft) => draft.unkept)
    for (const draft of unkept) put({ ...draft, unkept: false })
    if (workspace === undefined) return
    const path = workspace
    await Promise.all(unkept.map((draft) => invoke('schema.saveDraft', { workspace: path, draft: keptPart(draft) })))
  }
  const keepSoon = () => {
    timer ??= setTimeout(() => void flush(), keepAfterMs)
  }
  window.addEventListener('pagehide', () => void flush())

  const change = (draft: EditedDraft | undefined) => {
    if (draft === undefined) return
    put({ ...draft, unkept: true })
    keepSoon()
  }
  const begin = (schema: string | undefined, given: NewSchema, base: boolean): string => {
    const id = crypto.randomUUID()
    const shared = { id, schema, savedAt: undefined, unkept: true, outside: undefined, history: noHistory } as const
    if (given.kind === 'public') change({ ...shared, ...given, base: base ? given.form : undefined })
    else change({ ...shared, ...given, base: base ? given.form : undefined })
    return id
  }

  /** Main's list: drafts that this page does not know yet, since when they are on disk, and what happened outside. */
  const take = (kept: readonly SchemaDraft[], before: readonly SchemaDraft[]) => {
    const { drafts } = store.getState()
    const gone = before.filter(({ id }) => drafts[id]?.unkept === false && !kept.some((each) => each.id === id))
    for (const { id } of gone) if (!held.has(id)) remove(id)
    for (const draft of kept) put(joined(drafts[draft.id], draft))
  }
  take(app.getState().schemaDrafts, [])
  app.subscribe((now, before) => {
    if (now.schemaDrafts === before.schemaDrafts) return
    const path = now.workspace?.summary.path
    if (path === workspace) return take(now.schemaDrafts, before.schemaDrafts)
    // Those of another workspace; what is typed in the former one is still kept with that.
    void flush()
    workspace = path
    held.clear()
    store.setState({ drafts: {} })
    take(now.schemaDrafts, [])
  })

  return {
    store,
    begin: (schema) => begin(undefined, schema, false),
    async edit(schema) {
      await flush()
      const present = Object.values(store.getState().drafts).find((draft) => draft.schema === schema)
      if (present !== undefined) return { id: present.id }
      const answer = await invoke('schema.form', { id: schema })
      return answer.ok ? { id: begin(schema, answer.value, true) } : { failure: answer.failure }
    },
    changePublic(id, patch) {
      const draft = find(id)
      if (draft?.kind === 'public') change({ ...draft, ...changedForm(draft, patch, performance.now()) })
    },
    changeConsumer(id, patch) {
      const draft = find(id)
      if (draft?.kind === 'consumer') change({ ...draft, ...changedForm(draft, patch, performance.now()) })
    },
    undo(id) {
      const draft = find(id)
      if (draft?.kind === 'public') change({ ...draft, ...undoneForm(draft) })
      if (draft?.kind === 'consumer') change({ ...draft, ...undoneForm(draft) })
    },
    redo(id) {
      const draft = find(id)
      if (draft?.kind === 'public') change({ ...draft, ...redoneForm(draft) })
      if (draft?.kind === 'consumer') change({ ...draft, ...redoneForm(draft) })
    },
    reload(id) {
      const draft = find(id)
      if (draft?.kind === 'public' && draft.outside?.form !== undefined) {
        const { form } = draft.outside
        change({ ...draft, ...replacedForm<PublicSchemaForm>(draft, form), base: form, outside: undefined })
      }
      if (draft?.kind === 'consumer' && draft.outside?.form !== undefined) {
        const { form } = draft.outside
        change({ ...draft, ...replacedForm<ConsumerSchemaForm>(draft, form), base: form, outside: undefined })
      }
    },
    keepMine(id) {
      const draft = find(id)
      if (draft?.outside === undefined) return
      // What is no longer in the files is made anew by applying it.
      const schema = draft.outside.form === undefined ? undefined : draft.schema
      if (draft.kind === 'public') change({ ...draft, schema, base: draft.outside.form, outside: undefined })
      else change({ ...draft, schema, base: draft.outside.form, outside: undefined })
    },
    close(id, begun) {
      const draft = find(id)
      if (draft === undefined) return
      if (isChanged(draft) && draft.form !== begun) return void flush()
      remove(id)
      void invoke('schema.discardDraft', { id })
    },
    discard(id, restored) {
      const draft = find(id)
      if (draft === undefined) return
      remove(id)
      void invoke('schema.discardDraft', { id })
      const undo = () => {
        change(draft)
        restored()
      }
      toast('Draft discarded', { duration: 8_000, action: { label: 'Undo', onClick: undo } })
    },
    hold: (id) => void held.add(id),
    release: (id) => void held.delete(id),
    drop(id) {
      held.delete(id)
      remove(id)
    },
    flush,
  }
}

/** Whether it says anything that the files do not. */
export function isChanged({ form, base }: Pick<EditedDraft, 'form' | 'base'>): boolean {
  return base === undefined || !sameForm(form, base)
}

function keptPart(draft: EditedDraft) {
  const { id, schema } = draft
  const named = schema === undefined ? { id } : { id, schema }
  const { kind, form, base } = draft
  if (kind === 'public') return { ...named, kind, form, ...(base === undefined ? {} : { base }) }
  return { ...named, kind, form, ...(base === undefined ? {} : { base }) }
}

/** What was typed here since is newer than what main has. */
function joined(mine: EditedDraft | undefined, kept: SchemaDraft): EditedDraft {
  const { savedAt } = kept
  if (mine === undefined) return fresh(kept)
  if (mine.unkept) return { ...mine, savedAt }
  if (mine.kind === 'public' && kept.kind === 'public') return { ...mine, savedAt, outside: kept.outside }
  if (mine.kind === 'consumer' && kept.kind === 'consumer') return { ...mine, savedAt, outside: kept.outside }
  return fresh(kept)
}

function fresh(kept: SchemaDraft): EditedDraft {
  const { id, schema, savedAt } = kept
  const shared = { id, schema, savedAt, unkept: false, history: noHistory }
  if (kept.kind === 'public')
    return { ...shared, kind: 'public', form: kept.form, base: kept.base, outside: kept.outside }
  return { ...shared, kind: 'consumer', form: kept.form, base: kept.base, outside: kept.outside }
}
