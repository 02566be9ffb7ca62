/** Lets one loop wait until another has something for it, without polling and without losing a call in between. */
export interface Wake {
  wake(): void
  /** Resolves at the next call, at once when there was one since the last wait, when the signal aborts, or after `limitMs`. */
  wait(signal: AbortSignal, limitMs: number): Promise<void>
}

export function createWake(): Wake {
  let called = false
  let resolveWait: (() => void) | undefined
  return {
    wake() {
      called = true
      resolveWait?.()
    },
    wait(signal, limitMs) {
      if (called || signal.aborted) {
        called = false
        return Promise.resolve()
      }
      return new Promise<void>((resolve) => {
        const done = (): void => {
          called = false
          resolveWait = undefined
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          resolve()
        }
        const timer = setTimeout(done, limitMs)
        resolveWait = done
        signal.addEventListener('abort', done)
      })
    },
  }
}
