import { extname, join, sep } from 'node:path'

/** Where the page lives. One origin, known to the protocol, the sender check and the navigation guard. */
export const appScheme = 'app'
export const appHost = 'rejot'
export const appOrigin = `${appScheme}://${appHost}`

/**
 * The file that a URL of the page means, inside `root`; `undefined` for another origin, for a path that leads out of the
 * root however it is written, and for anything that is not a path.
 */
export function assetPath(root: string, url: string): string | undefined {
  const parsed = URL.parse(url)
  if (parsed === null || parsed.protocol !== `${appScheme}:` || parsed.host !== appHost) return undefined
  const path = decode(parsed.pathname)
  if (path === undefined || path.includes('\0') || path.includes('\\')) return undefined
  const file = join(root, path === '/' || path === '' ? 'index.html' : path)
  return file.startsWith(root.endsWith(sep) ? root : root + sep) ? file : undefined
}

/** The page, pictures that stand in its own text, and the developer tools, which exist only outside of a package. */
export function mayLoad(url: string): boolean {
  return url === appOrigin || url.startsWith(`${appOrigin}/`) || url.startsWith('data:') || url.startsWith('devtools:')
}

/** A closed list: a kind of file that is not in it is not served. */
export function mimeType(file: string): string | undefined {
  return mimeTypes[extname(file).toLowerCase()]
}

const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}
