interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown
}

/**
 * The page's security policy lets no text become code. Workers are the one exception that the window needs: their
 * addresses, and only of our own built files, may pass. Chromium has this; the compiler's library does not know it yet.
 */
export function allowOwnWorkers(): void {
  const factory: unknown = Reflect.get(window, 'trustedTypes')
  if (!isFactory(factory)) return
  factory.createPolicy('default', {
    createScriptURL(url) {
      const { origin, pathname } = new URL(url, window.location.href)
      if (origin !== window.location.origin || !pathname.startsWith('/assets/'))
        throw new TypeError('Cannot start a worker: it is not one of our own files')
      return url
    },
  })
}

function isFactory(value: unknown): value is PolicyFactory {
  return typeof value === 'object' && value !== null && 'createPolicy' in value
}
