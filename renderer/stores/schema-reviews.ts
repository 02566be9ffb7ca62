import { toast } from 'sonner'
import { createStore } from 'zustand/vanilla'
import type { FailureView } from '../../main/contract/contract.ts'
import type { SchemaReview } from '../../main/contract/schema-edit.ts'
import type { Invoke } from '../bridge/invoke.ts'
import type { AppStore } from './app-store.ts'
import type { Layout, LayoutStore } from './layout-store.ts'
import { offerUndo } from './offer-undo.ts'
import type { SchemaDraftsStore } from './schema-drafts-store.ts'
import type { StatusStore } from './status-store.ts'
import { draftIn } from './tab-id.ts'
import type { Tabs } from './tabs.ts'
import { whenLive } from './when-live.ts'

/** What stands before a change of files: what was said of it, and whether it is being done. */
export interface ReviewState {
  /** `starting`: it is in the files, and what runs begins with it; `failed`: what runs could not. */
  readonly state: 'looking' | 'shown' | 'doing' | 'starting' | 'failed'
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
  /** Until it is live, or has failed to be: that is said in its place. */
  apply(draft: string, confirmed: boolean): Promise<void>
  /** Of what was applied: whatever becomes of it, its tab closes. */
  leave(draft: string): void
  /** Takes the last Apply back. */
  undo(draft: string): Promise<void>
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
  app: AppStore
  status: StatusStore
}): SchemaReviews {
  const { invoke, drafts, layout, tabs } = deps
  /** Of those that were applied: what closes their tabs. */
  const leaving = new Map<string, AbortController>()
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
    if (!answer.ok) {
      toast(answer.failure.message)
      return
    }
    put(draft, undefined)
    drafts.release(draft)
    tabs.show(draft)
    const { stays } = answer.value
    if (stays !== undefined) tellOfTable(stays)
    leaving.get(draft)?.abort()
  }
  const tellOfTable = ({ connection, table }: { connection: string; table: string }) => {
    const copy = () => void invoke('clipboard.write', { text: `drop table ${table};` })
    toast(`Taken back; the table ${table} stays at ${connection}`, {
      duration: 20_000,
      action: { label: 'Copy DROP TABLE', onClick: copy },
    })
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
      const wasWatched = watch(layout, draft)
      const at = Date.now()
      drafts.hold(draft)
      const answer = await invoke('schema.apply', { draft, reviewed: review.mark, confirmed })
      if (!answer.ok) {
        wasWatched()
        drafts.release(draft)
        return put(draft, { state: 'shown', review, failure: answer.failure })
      }
      const { id } = answer.value
      const left = new AbortController()
      leaving.set(draft, left)
      put(draft, { state: 'starting', review })
      const object = `${kind === 'consumer' ? 'consumer' : 'schema'}:${id}`
      const outcome = await whenLive(deps, { object, at }, left.signal)
      if (outcome?.failure !== undefined) {
        put(draft, { state: 'failed', review, failure: outcome.failure })
        await once(left.signal)
      }
      leaving.delete(draft)
      const arrives = wasWatched()
      // It was taken back meanwhile, and is a draft again.
      if (store.getState().reviews[draft] === undefined) return
      put(draft, undefined)
      // Where it can be seen: what may be consumed now, or what is live now.
      if (arrives) {
        if (kind === 'public') layout.change({ catalogueTab: 'schemas' })
        layout.open(kind === 'public' ? 'catalogue' : 'overview')
      }
      drafts.drop(draft)
      layout.select({ kind: kind === 'consumer' ? 'consumer' : 'schema', id })
      const { version } = review
      const shown = version === undefined ? '' : ` ${version.major}.${version.minor}`
      offerUndo(`Applied ${form?.name ?? ''}${shown}`, () => void undo(draft))
    },
    leave: (draft) => leaving.get(draft)?.abort(),
    undo,
    compare,
    up(draft) {
      const { reviews, compared } = store.getState()
      const review = reviews[draft]
      if (review === undefined && !compared.has(draft)) return false
      // What is being done goes on; its end is shown here.
      if (leaving.has(draft)) leaving.get(draft)?.abort()
      else if (review?.state !== 'doing') put(draft, undefined)
      compare(draft, false)
      return true
    },
  }
}

async function once(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}

/** Returns what ends the watching of a draft's tab, and says whether nobody went anywhere else meanwhile. */
function watch(layout: LayoutStore, draft: string): () => boolean {
  const shows = ({ view }: Pick<Layout, 'view'>) => draftIn(view) === draft
  let isWatched = shows(layout.store.getState())
  const stop = layout.store.subscribe((now) => {
    // Until it is live its tab is there, or somebody has closed it.
    if (!shows(now)) isWatched = false
  })
  return () => {
    stop()
    return isWatched
  }
}
