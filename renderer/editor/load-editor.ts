export type Editor = typeof import('./editor.ts')

let loading: Promise<Editor> | undefined

/**
 * Monaco, and what we add to it: three times as much as the rest of the window, so it comes when the first SQL is to be
 * seen, and once. Rejects when its files cannot be loaded; the next call tries again.
 */
export function loadEditor(): Promise<Editor> {
  loading ??= import('./editor.ts').catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return loading
}
