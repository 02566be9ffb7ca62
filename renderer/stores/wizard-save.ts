import type { ConnectionSave } from '../../main/contract/connection-edit.ts'
import type { Invoke } from '../bridge/invoke.ts'
import type { Actions } from './actions.ts'
import type { LayoutStore } from './layout-store.ts'
import { offerUndo } from './offer-undo.ts'
import type { DraftKeeper } from './wizard-draft.ts'
import { errorsOf, savedPassword, type WizardCell, type WizardState } from './wizard-state.ts'

/** Saving in two steps: what would be written is shown, and then it is written. */
export interface WizardSave {
  /** The first time it shows what would be written; asked again, it writes that. */
  save(): Promise<void>
  /** Back from what would be written. */
  unreview(): void
}

export interface WizardSaveDeps {
  readonly invoke: Invoke
  readonly cell: WizardCell
  readonly draft: DraftKeeper
  readonly layout: LayoutStore
  readonly actions: Actions
  /** Back to where it was begun. */
  close(): void
}

export function createWizardSave({ invoke, cell, draft, layout, actions, close }: WizardSaveDeps): WizardSave {
  const { now, set } = cell

  const review = async (state: WizardState) => {
    await draft.flush()
    const answer = await invoke('connection.review', saveOf(state))
    if (now()?.form !== state.form) return set({ saving: false })
    if (!answer.ok) return set({ saving: false, failure: answer.failure })
    set({ saving: false, review: answer.value })
  }
  const write = async (state: WizardState, reviewed: string) => {
    draft.drop()
    const answer = await invoke('connection.save', { ...saveOf(state), reviewed })
    if (!answer.ok) {
      // What was to be saved is kept all the same.
      draft.keepSoon()
      await review(state)
      return set({ failure: answer.failure })
    }
    close()
    // Beside the overview stand the first steps, which the next one is done from.
    layout.select(state.back === 'overview' ? undefined : { kind: 'connection', id: answer.value.id })
    offerUndo(`Saved ${state.form.slug}`, () => void actions.undoConnection())
  }

  return {
    async save() {
      const state = now()
      if (state === undefined || state.saving) return
      const errors = errorsOf(state)
      if (Object.keys(errors).length > 0) return set({ errors })
      set({ saving: true, failure: undefined })
      await (state.review === undefined ? review(state) : write(state, state.review.mark))
    },
    unreview: () => set({ review: undefined, failure: undefined }),
  }
}

function saveOf(state: WizardState): ConnectionSave {
  const { draft, form, connection } = state
  return {
    draft,
    form,
    ...(connection === undefined ? {} : { connection: connection.id }),
    password: savedPassword(state),
  }
}
