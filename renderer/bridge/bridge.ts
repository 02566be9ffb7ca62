import type { Bridge } from '../../main/contract/stream.ts'

declare global {
  interface Window {
    /** Put there by the preload script; the window reaches nothing else. */
    readonly rejot: Bridge
  }
}

/** Returns the door to the main process. Throws when the page was opened outside the program. */
export function openBridge(): Bridge {
  if (window.rejot === undefined)
    throw new Error('Cannot reach the main process: this page runs only inside ReJot Desktop')
  return window.rejot
}
