import { toast } from 'sonner'
import { createStore } from 'zustand/vanilla'
import type { Invoke } from '../bridge/invoke.ts'
import type { Actions } from './actions.ts'
import { offerUndo } from './offer-undo.ts'
import type { ReviewState } from './schema-reviews.ts'

/** What can be taken out of the files. */
export interface Removed {
  readonly kind: 'connection' | 'public' | 'consumer'
  readonly id: string
}

export interface RemovalsState {
  /** What somebody wants to be gone; `undefined`: nothing. */
  readonly removal: (ReviewState & { readonly what: Removed }) | undefined
}

/** From the wish that something be gone, by what that would do, to its being gone, and back. */
export interface Removals {
  readonly store: ReturnType<typeof createRemovalsState>
  look(what: Removed): Promise<void>
  remove(confirmed: boolean): Promise<void>
  leave(): void
}

const createRemovalsState = () => createStore<RemovalsState>(() => ({ removal: undefined }))

export function createRemovals({ invoke, actions }: { invoke: Invoke; actions: Actions }): Removals {
  const store = createRemovalsState()
  const review = ({ kind, id }: Removed) =>
    kind === 'connection' ? invoke('connection.reviewRemoval', { id }) : invoke('schema.reviewRemoval', { id })
  const undoSchema = async () => {
    const answer = await invoke('schema.undo', undefined)
    if (!answer.ok) toast(answer.failure.message)
  }
  return {
    store,
    async look(what) {
      store.setState({ removal: { what, state: 'looking' } })
      const answer = await review(what)
      if (store.getState().removal?.what !== what) return
      const said = answer.ok ? { review: answer.value } : { failure: answer.failure }
      store.setState({ removal: { what, state: 'shown', ...said } })
    },
    async remove(confirmed) {
      const { removal } = store.getState()
      if (removal?.review === undefined) return
      const { what, review } = removal
      const agreed = { id: what.id, reviewed: review.mark }
      store.setState({ removal: { what, review, state: 'doing' } })
      const answer =
        what.kind === 'connection'
          ? await invoke('connection.remove', agreed)
          : await invoke('schema.remove', { ...agreed, confirmed })
      if (!answer.ok) return store.setState({ removal: { what, review, state: 'shown', failure: answer.failure } })
      store.setState({ removal: undefined })
      const undo = what.kind === 'connection' ? actions.undoConnection : undoSchema
      offerUndo(`Removed ${lastPart(what.id)}`, () => void undo())
    },
    leave() {
      if (store.getState().removal?.state !== 'doing') store.setState({ removal: undefined })
    },
  }
}

/** What people call it. */
export function lastPart(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1)
}
