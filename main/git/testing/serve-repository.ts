import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, dirname } from 'node:path'
import { after } from 'node:test'

export interface ServedRepository {
  readonly address: string
  /** Of each request: whether it was let in. */
  readonly requests: readonly boolean[]
}

/**
 * Serves a bare repository over http by git's own `http-backend`, to whoever gives this name and password (Basic). Ends
 * with the test file.
 */
export async function serveRepository(
  folder: string,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<ServedRepository> {
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const requests: boolean[] = []
  const server = createServer((request, response) => {
    const isLetIn = request.headers.authorization === expected
    requests.push(isLetIn)
    if (isLetIn) return answer(request, response, { root: dirname(folder), user })
    response.writeHead(401, { 'www-authenticate': 'Basic realm="contracts"' }).end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { address: `http://127.0.0.1:${port}/${basename(folder)}`, requests }
}

/** One request, as CGI has it: the request's body in, headers and body out. */
function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { root, user }: { readonly root: string; readonly user: string },
): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost')
  const { 'content-type': type, 'content-encoding': encoding, 'git-protocol': protocol } = request.headers
  const backend = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      REMOTE_USER: user,
      CONTENT_TYPE: type,
      HTTP_CONTENT_ENCODING: encoding,
      HTTP_GIT_PROTOCOL: typeof protocol === 'string' ? protocol : undefined,
    },
  })
  request.pipe(backend.stdin)
  const chunks: Buffer[] = []
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  backend.on('close', () => {
    const output = Buffer.concat(chunks)
    const end = output.indexOf('\r\n\r\n')
    const headers = output
      .subarray(0, end)
      .toString('latin1')
      .split('\r\n')
      .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()])
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200'
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers)).end(output.subarray(end + 4))
  })
}
