import { createStore } from 'zustand/vanilla'

/** The graph's zoom, for the toolbar outside it. 1 is full size. */
export const zoomStore = createStore<{ readonly zoom: number }>(() => ({ zoom: 1 }))
