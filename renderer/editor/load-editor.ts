export type Editor = typeof import('./editor.ts')

let loading: Promise<Editor> | undefined

/**
 * Monaco, and what we add to it: three times as much as the rest of the window, so it comes by itself, and once: when
 * the first SQL is to be seen, or before. Rejects when its files cannot be loaded; the next call tries again.
 */
export function loadEditor(): Promise<Editor> {
  loading ??= import('./editor.ts').catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return loading
}

/**
 * Brings it before anybody asks, as soon as the window has nothing else to do: whoever opens an editor would wait for
 * the reading of the file and for the making of the first one. In two steps, so that a click between them is not held up by both.
 */
export function loadEditorWhenIdle(): void {
  requestIdleCallback(async () => {
    try {
      const { warmUp } = await loadEditor()
      requestIdleCallback(warmUp)
    } catch {
      // Nobody waits for it; whoever does is told.
    }
  })
}
