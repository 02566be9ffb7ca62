import { toast } from 'sonner'
import { createStore } from 'zustand/vanilla'
import type { FailureView } from '../../main/contract/contract.ts'
import type { SchemaReview } from '../../main/contract/schema-edit.ts'
import type { Invoke } from '../bridge/invoke.ts'
import type { Layout, LayoutStore } from './layout-store.ts'
import { offerUndo } from './offer-undo.ts'
import type { SchemaDraftsStore } from './schema-drafts-store.ts'
import { draftIn } from './tab-id.ts'
import type { Tabs } from './tabs.ts'

/** What stands before a change of files: what was said of it, and whether it is being done. */
export interface ReviewState {
  readonly state: 'looking' | 'shown' | 'doing'
  readonly review?: SchemaReview | undefined
  readonly failure?: FailureView | undefined
}

export interface SchemaReviewsState {
  /** By the draft's id; absent while its editor is shown. */
  readonly reviews: Readonly<Record<string, ReviewState>>
  /** Drafts that stand beside what the files say now. */
  readonly compared: ReadonlySet<string>
}

/** From a draft to the files: what it would do, the yes to that, and the way back. */
export interface SchemaReviews {
  readonly store: ReturnType<typeof createReviewsState>
  look(draft: string): Promise<void>
  apply(draft: string, confirmed: boolean): Promise<void>
  /** Shows the draft beside what the files say now, or its editor again. */
  compare(draft: string, on: boolean): void
  /** Back to the editor; returns whether there was anything to go back from. */
  up(draft: string): boolean
}

const createReviewsState = () => createStore<SchemaReviewsState>(() => ({ reviews: {}, compared: new Set() }))

export function createSchemaReviews(deps: {
  invoke: Invoke
  drafts: SchemaDraftsStore
  layout: LayoutStore
  tabs: Tabs
}): SchemaReviews {
  const { invoke, drafts, layout, tabs } = deps
  const store = createReviewsState()

  const put = (draft: string, review: ReviewState | undefined) =>
    store.setState(({ reviews: { [draft]: _, ...others } }) => ({
      reviews: review === undefined ? others : { ...others, [draft]: review },
    }))
  const compare = (draft: string, on: boolean) => {
    const compared = new Set(store.getState().compared)
    if (on) compared.add(draft)
    else compared.delete(draft)
    store.setState({ compared })
  }
  const undo = async (draft: string) => {
    const answer = await invoke('schema.undo', undefined)
    if (!answer.ok) toast(answer.failure.message)
    else tabs.show(draft)
  }

  return {
    store,
    async look(draft) {
      put(draft, { state: 'looking' })
      await drafts.flush()
      const answer = await invoke('schema.review', { draft })
      // Somebody went back meanwhile.
      if (store.getState().reviews[draft]?.state !== 'looking') return
      put(draft, answer.ok ? { state: 'shown', review: answer.value } : { state: 'shown', failure: answer.failure })
    },
    async apply(draft, confirmed) {
      const { review } = store.getState().reviews[draft] ?? {}
      const { form, kind } = drafts.store.getState().drafts[draft] ?? {}
      if (review === undefined) return
      put(draft, { state: 'doing', review })
      const ended = watch(layout, draft, () => {
        // Where it can be seen: what may be consumed now, or what is live now.
        if (kind === 'public') layout.change({ catalogueTab: 'schemas' })
        layout.open(kind === 'public' ? 'catalogue' : 'overview')
      })
      const answer = await invoke('schema.apply', { draft, reviewed: review.mark, confirmed })
      ended(answer.ok)
      if (!answer.ok) return put(draft, { state: 'shown', review, failure: answer.failure })
      put(draft, undefined)
      drafts.drop(draft)
      layout.select({ kind: kind === 'consumer' ? 'consumer' : 'schema', id: answer.value.id })
      const { version } = review
      const shown = version === undefined ? '' : ` ${version.major}.${version.minor}`
      offerUndo(`Applied ${form?.name ?? ''}${shown}`, () => void undo(draft))
    },
    compare,
    up(draft) {
      const { reviews, compared } = store.getState()
      const review = reviews[draft]
      if (review === undefined && !compared.has(draft)) return false
      // What is being done goes on; its end is shown here.
      if (review?.state !== 'doing') put(draft, undefined)
      compare(draft, false)
      return true
    },
  }
}

/**
 * Calls `arrive` as soon as a draft's tab goes, because it was applied, or at the end where that comes first: not where
 * somebody went to another tab before. What is done after that, starting the sync again, moves nobody from where they are.
 */
function watch(layout: LayoutStore, draft: string, arrive: () => void): (applied: boolean) => void {
  const shows = ({ view }: Pick<Layout, 'view'>) => draftIn(view) === draft
  let isWatched = shows(layout.store.getState())
  const end = (applied: boolean) => {
    stop()
    if (applied && isWatched) arrive()
    isWatched = false
  }
  const stop = layout.store.subscribe((now) => {
    if (!now.tabs.some((tab) => draftIn(tab) === draft)) end(true)
    else if (!shows(now)) isWatched = false
  })
  return end
}
