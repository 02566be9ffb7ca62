import type { AppState } from './contract/contract.ts'

/** What the window shows of the program; one object, changed in one place. */
export interface AppStateBook {
  read(): AppState
  /** Tells the listener once for all changes of one turn. `undefined` takes a part away. */
  change(patch: AppStatePatch): void
  /** Returns the way to end it. */
  onChange(listener: (state: AppState) => void): () => void
}

export type AppStatePatch = { readonly [K in keyof AppState]?: AppState[K] | undefined }

export function createAppState(recent: AppState['recent']): AppStateBook {
  const listeners = new Set<(state: AppState) => void>()
  let telling = false
  let state: AppState = {
    engine: { state: 'idle' },
    sample: { state: 'stopped', writer: 'running', rate: 0 },
    recent,
    drafts: [],
    schemaDrafts: [],
    changedFiles: [],
    outdated: false,
    // Until the system's store has answered nothing is claimed of it.
    vault: { encrypts: false, keeper: '' },
  }

  return {
    read: () => state,
    change(patch) {
      state = patched(state, patch)
      if (telling) return
      telling = true
      queueMicrotask(() => {
        telling = false
        for (const listener of listeners) listener(state)
      })
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function patched(state: AppState, patch: AppStatePatch): AppState {
  const workspace = 'workspace' in patch ? patch.workspace : state.workspace
  const opening = 'opening' in patch ? patch.opening : state.opening
  const applying = 'applying' in patch ? patch.applying : state.applying
  return {
    ...(workspace === undefined ? {} : { workspace }),
    ...(opening === undefined ? {} : { opening }),
    ...(applying === undefined ? {} : { applying }),
    engine: patch.engine ?? state.engine,
    sample: patch.sample ?? state.sample,
    recent: patch.recent ?? state.recent,
    drafts: patch.drafts ?? state.drafts,
    schemaDrafts: patch.schemaDrafts ?? state.schemaDrafts,
    changedFiles: patch.changedFiles ?? state.changedFiles,
    outdated: patch.outdated ?? state.outdated,
    vault: patch.vault ?? state.vault,
  }
}
