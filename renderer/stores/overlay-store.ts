import { createStore } from 'zustand/vanilla'

export interface OverlayState {
  /** What floats above everything; one at a time. */
  readonly open: 'none' | 'palette' | 'shortcuts' | 'reset-sample'
  /** A field or view that a command asks for; the number changes with each wish. */
  readonly wish: { readonly id: 'find' | 'fit' | 'zoom-in' | 'zoom-out' | 'none'; readonly turn: number }
}

export type OverlayStore = ReturnType<typeof createOverlayStore>

export const createOverlayStore = () =>
  createStore<OverlayState>(() => ({ open: 'none', wish: { id: 'none', turn: 0 } }))
