import { readFile } from 'node:fs/promises'
import { protocol } from 'electron'
import { appScheme, assetPath, mimeType } from './asset-path.ts'

/**
 * What the page may do, as a header, so that no file of it can forget it. Styles may be inline: the graph and the panes
 * place things by style attributes; scripts never are.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Must run before the app is ready. `codeCache`: V8 keeps the compiled page between starts. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Serves the built page from `root`, and nothing else. */
export function serveRenderer(root: string): void {
  protocol.handle(appScheme, async (request) => {
    const file = assetPath(root, request.url)
    const type = file === undefined ? undefined : mimeType(file)
    if (request.method !== 'GET' || file === undefined || type === undefined) return refuse(404)
    try {
      return new Response(new Uint8Array(await readFile(file)), { headers: { ...safety, 'content-type': type } })
    } catch {
      return refuse(404)
    }
  })
}

const safety = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
}

function refuse(status: number): Response {
  return new Response('', { status, headers: { ...safety, 'content-type': 'text/plain; charset=utf-8' } })
}
