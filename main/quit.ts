import { app } from 'electron'

export interface QuitDeps {
  /** Stops everything in order, in bounded time. */
  drain(): Promise<void>
}

export interface Quit {
  /** Everything is stopped; windows may close without a question. */
  readonly drained: boolean
}

/**
 * Holds every way of quitting (menu, tray, signal, the system's end of session) until the drain is over. The window stays
 * open meanwhile and shows what is stopping.
 */
export function drainBeforeQuit(deps: QuitDeps): Quit {
  let draining: Promise<void> | undefined
  let drained = false

  app.on('before-quit', (event) => {
    if (drained) return
    event.preventDefault()
    draining ??= deps.drain().finally(() => {
      drained = true
      app.quit()
    })
    // A drain that failed was logged where it failed; leaving goes on.
    draining.catch(() => undefined)
  })

  return {
    get drained() {
      return drained
    },
  }
}
