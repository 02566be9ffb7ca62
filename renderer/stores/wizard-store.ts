import type { ConnectionForm, DraftView } from '../../main/contract/connection-edit.ts'
import type { ConnectionView } from '../../main/contract/contract.ts'
import type { Invoke } from '../bridge/invoke.ts'
import type { Listen } from '../bridge/listen.ts'
import type { Actions } from './actions.ts'
import type { AppStore } from './app-store.ts'
import { hidePassword, isHidden } from './hide-password.ts'
import type { LayoutStore } from './layout-store.ts'
import { offerUndo } from './offer-undo.ts'
import { createDraftKeeper } from './wizard-draft.ts'
import { emptyForm, formOf, withText } from './wizard-form.ts'
import { createWizardSave, type WizardSave } from './wizard-save.ts'
import { blankWizard, createWizardCell, errorsOf, type WizardCell, type WizardState } from './wizard-state.ts'
import { createWizardTest, type WizardTest } from './wizard-test.ts'

/** The form of one connection, from its first field until it is saved or put away. */
export interface WizardStore extends WizardTest, WizardSave {
  readonly store: WizardCell['store']
  begin(given?: Partial<ConnectionForm>, back?: WizardState['back']): void
  edit(connection: ConnectionView): void
  /** Shows a kept draft again; returns whether there is such a one. */
  resume(id: string | null): boolean
  change(patch: Partial<ConnectionForm>): void
  type(password: string): void
  /** Reads a text while it is typed or when it is pasted; `hide` puts dots for its password at once. */
  paste(text: string, hide: boolean): Promise<void>
  /** Puts dots for the password of what was typed. */
  hidePasted(): void
  /** Another workspace is open: its tab and form are not of it. */
  forget(): void
  /** One level up: from what would be written to the form, from there to where it was begun. */
  up(): void
  /** Back to where it was begun; the draft stays. */
  leave(): void
  /** Back to where it was begun, and the draft goes; it can be taken back for a moment. */
  discard(): void
}

export interface WizardDeps {
  readonly invoke: Invoke
  readonly listen: Listen
  readonly app: AppStore
  readonly layout: LayoutStore
  readonly actions: Actions
}

export function createWizardStore({ invoke, listen, app, layout, actions }: WizardDeps): WizardStore {
  const cell = createWizardCell()
  const { store, now, set } = cell
  const draft = createDraftKeeper({ invoke, cell })
  const testing = createWizardTest({ invoke, listen, app, cell, flush: draft.flush, keepSoon: draft.keepSoon })

  const close = () => {
    testing.stop()
    const back = now()?.back ?? 'connections'
    store.setState({ now: undefined })
    layout.change({ draft: null })
    layout.open(back)
    layout.close('connection')
  }
  const saving = createWizardSave({ invoke, cell, draft, layout, actions, close })

  const open = (given: Pick<WizardState, 'draft' | 'form'> & Partial<WizardState>) => {
    void draft.flush()
    store.setState({ now: { ...blankWizard, ...given } })
    layout.change({ draft: given.draft })
    layout.open('connection')
  }
  const resumeDraft = ({ id, connection, form, hasPassword }: DraftView) => {
    const saved = app.getState().workspace?.connections.find((each) => each.id === connection)
    open({ draft: id, connection: saved, form, draftHasPassword: hasPassword })
  }
  /** Another form: its test is of the former one, and so is what would be written. */
  const changed = (patch: Partial<WizardState>) => {
    const state = now()
    if (state === undefined) return
    const next = { ...state, ...patch }
    const hadErrors = Object.keys(state.errors).length > 0
    set({
      ...next,
      failure: undefined,
      review: undefined,
      errors: hadErrors ? errorsOf(next) : {},
      test: { ...next.test, stale: next.test.state !== 'none' },
    })
    draft.keepSoon()
  }
  const leave = () => {
    void draft.flush()
    close()
  }

  return {
    store,
    ...testing,
    ...saving,
    leave,
    begin: (given, back = 'connections') =>
      open({ draft: crypto.randomUUID(), form: { ...emptyForm, ...given }, back }),
    edit(connection) {
      const kept = app.getState().drafts.find((each) => each.connection === connection.id)
      if (kept !== undefined) return resumeDraft(kept)
      open({ draft: crypto.randomUUID(), connection, form: formOf(connection) })
    },
    resume(id) {
      const kept = app.getState().drafts.find((each) => each.id === id)
      if (kept !== undefined) resumeDraft(kept)
      return kept !== undefined
    },
    change(patch) {
      const state = now()
      if (state !== undefined) changed({ form: { ...state.form, ...patch } })
    },
    type(password) {
      draft.withPassword()
      changed({ password, draftHasPassword: false })
    },
    async paste(text, hide) {
      // At once, because it is what is being typed.
      set({ pasted: { text, notes: [] } })
      const answer = await invoke('connection.readText', { text })
      const state = now()
      if (state?.pasted.text !== text) return
      if (!answer.ok) return set({ pasted: { text, notes: [answer.failure.message] } })
      const { form: kind, fields, notes } = answer.value
      const { form, filled } = withText(state.form, answer.value)
      const password = fields.password === undefined || isHidden(fields.password) ? undefined : fields.password
      if (password !== undefined) draft.withPassword()
      const found = kind === undefined || filled === 0 ? {} : { found: foundWords(kind, filled) }
      changed({
        form,
        ...(password === undefined ? {} : { password, draftHasPassword: false }),
        pasted: { text: hide ? hidePassword(text, password) : text, ...found, notes },
      })
    },
    hidePasted() {
      const state = now()
      if (state === undefined) return
      set({ pasted: { ...state.pasted, text: hidePassword(state.pasted.text, state.password) } })
    },
    forget() {
      if (now() === undefined) return
      draft.drop()
      testing.stop()
      store.setState({ now: undefined })
      layout.close('connection')
    },
    up: () => (now()?.review === undefined ? leave() : saving.unreview()),
    discard() {
      const state = now()
      const wasUnkept = draft.drop()
      const isTouched = wasUnkept || app.getState().drafts.some(({ id }) => id === state?.draft)
      close()
      if (state === undefined || !isTouched) return
      void invoke('connection.discardDraft', { id: state.draft })
      offerUndo('Draft discarded', () => {
        open({ ...state, test: { ...state.test, stale: true } })
        if (state.password !== '') draft.withPassword()
        draft.keepSoon()
      })
    },
  }
}

function foundWords(kind: string, filled: number): string {
  return `${kind}, ${filled} ${filled === 1 ? 'field' : 'fields'} filled in`
}
