import { lstatSync, mkdirSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import type { EngineCommands } from '../domain/commands.ts'
import { FailureError } from '../domain/failure.ts'
import type { Log } from '../domain/log.ts'
import { type Answer, answerRequest } from './answer-request.ts'
import { socketPath } from './socket-path.ts'

export interface ApiDeps {
  /** Its lock is held by the caller: a socket that is found there is left over. */
  readonly stateDir: string
  /** Also listen on 127.0.0.1. */
  readonly port: number | undefined
  readonly commands: EngineCommands
  readonly log: Log
}

export interface Api {
  /** Also ends what is being answered. */
  close(): Promise<void>
}

/**
 * Lets other processes of this computer command the engine: of this user by a local socket, always; of everybody here
 * by a port, when one is wanted. Both lead to the same answers.
 *
 * Throws a FailureError when the port cannot be had. A socket that cannot be made is only said: the engine works without.
 */
export async function serveApi({ stateDir, port, commands, log }: ApiDeps): Promise<Api> {
  const servers: Server[] = []
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(end))
  }
  if (port !== undefined) {
    const hosts = new Set<string>()
    const server = createApiServer((request) => answerRequest(request, { commands, hosts, log }))
    servers.push(server)
    await listen(server, { host: '127.0.0.1', port }).catch((error: unknown) => {
      throw portRefused(port, error)
    })
    const { port: given } = server.address() as AddressInfo
    for (const name of ['127.0.0.1', 'localhost']) hosts.add(`${name}:${given}`)
  }
  try {
    const path = socketPath(stateDir)
    makeRoom(path)
    const server = createApiServer((request) => answerRequest(request, { commands, hosts: undefined, log }))
    // Bound within the call: for its user alone from the first moment on.
    const mask = process.umask(0o177)
    const listening = listen(server, { path })
    process.umask(mask)
    await listening
    servers.push(server)
  } catch (error) {
    log.warn(`Other rejot commands cannot reach this engine: its socket cannot be made (${codeOf(error)})`)
  }
  return { close }
}

function createApiServer(answer: (request: Parameters<typeof answerRequest>[0]) => Promise<Answer>): Server {
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request)
    response.writeHead(status, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      connection: 'close',
    })
    response.end(`${JSON.stringify(body)}\n`)
  })
  server.maxConnections = 32
  server.headersTimeout = 10_000
  server.requestTimeout = 10_000
  return server
}

function listen(server: Server, where: { path: string } | { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** A folder of this user's, and nothing in it under that name. */
function makeRoom(path: string): void {
  if (process.platform === 'win32') return
  const folder = dirname(path)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (lstatSync(folder).uid !== process.getuid?.()) throw new Error('its folder belongs to another user')
  rmSync(path, { force: true })
}

function end(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function portRefused(port: number, error: unknown): FailureError {
  const state = codeOf(error) === 'EADDRINUSE' ? 'another program uses it' : `the system refuses it (${codeOf(error)})`
  return new FailureError(
    {
      kind: 'refused',
      policy: 'halt',
      object: 'API',
      message: `Cannot serve the API on port ${port}: ${state}`,
      solution: 'Choose another --api-port, or leave it out.',
    },
    error,
  )
}

function codeOf(error: unknown): string {
  return error instanceof Error ? String('code' in error ? error.code : error.message) : String(error)
}
