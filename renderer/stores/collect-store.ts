import { toast } from 'sonner'
import { createStore } from 'zustand/vanilla'
import type { CollectReview } from '../../main/contract/collect.ts'
import type { FailureView } from '../../main/contract/contract.ts'
import type { Invoke } from '../bridge/invoke.ts'
import { formatPlural } from '../text/format-number.ts'
import { offerUndo } from './offer-undo.ts'

export interface CollectState {
  /** `undefined` while the dialog is closed. */
  readonly state: 'looking' | 'running' | 'shown' | 'doing' | undefined
  readonly review: CollectReview | undefined
  readonly failure: FailureView | undefined
}

export interface CollectStore {
  readonly store: ReturnType<typeof createCollectState>
  /** Opens the dialog and reads what can be read without running anything. */
  look(): Promise<void>
  /** Runs the programs that the dialog names: their content as it was then, and this time only. */
  runPrograms(): Promise<void>
  /** Ends what runs. */
  cancel(): Promise<void>
  apply(): Promise<void>
  close(): void
}

const closed: CollectState = { state: undefined, review: undefined, failure: undefined }
const createCollectState = () => createStore<CollectState>(() => closed)

/** Definition files on their way into the manifests. */
export function createCollectStore(invoke: Invoke): CollectStore {
  const store = createCollectState()
  let turn = 0

  const ask = async (state: 'looking' | 'running', run: CollectReview['programs']) => {
    turn += 1
    const mine = turn
    store.setState({ state, failure: undefined })
    const agreed = run.map(({ path, hash }) => ({ path, hash }))
    const answer = await invoke('definitions.look', { run: agreed })
    // It was closed, or asked again, meanwhile.
    if (mine !== turn) return
    store.setState(answer.ok ? { state: 'shown', review: answer.value } : { state: 'shown', failure: answer.failure })
  }
  const undo = async () => {
    const answer = await invoke('definitions.undo', undefined)
    if (!answer.ok) toast(answer.failure.message)
  }

  return {
    store,
    async look() {
      store.setState(closed)
      await ask('looking', [])
    },
    runPrograms: () => ask('running', store.getState().review?.programs ?? []),
    async cancel() {
      await invoke('definitions.cancel', undefined)
    },
    async apply() {
      const { review } = store.getState()
      if (review === undefined) return
      store.setState({ state: 'doing', failure: undefined })
      const answer = await invoke('definitions.apply', { reviewed: review.mark })
      if (!answer.ok) return store.setState({ state: 'shown', failure: answer.failure })
      store.setState(closed)
      offerUndo(`Collected into ${formatPlural(review.files.length, 'manifest')}`, () => void undo())
    },
    close() {
      if (store.getState().state === 'running') void invoke('definitions.cancel', undefined)
      turn += 1
      store.setState(closed)
    },
  }
}
