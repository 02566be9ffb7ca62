import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import type { EngineCommands } from '../domain/commands.ts'
import { FailureError } from '../domain/failure.ts'
import type { Log } from '../domain/log.ts'
import { shownStatus } from './shown-status.ts'
import { isVerb, type Refusal, verbs } from './verbs.ts'

export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** The largest request: a command with a list of consumers and a reason. */
const bodyBytes = 64 * 1024

/**
 * Answers one request. Never throws: what goes wrong is an answer too, and a bug is one that says nothing of itself.
 *
 * `hosts`: what the Host header may say; `undefined` where only a local socket leads here. A page of a browser that has
 * made some name resolve to this computer sends that name, and every page sends an Origin.
 */
export async function answerRequest(request: IncomingMessage, deps: AnswerDeps): Promise<Answer> {
  try {
    return await answer(request, deps)
  } catch (error) {
    return answerOf(error, request.url ?? '', deps.log)
  }
}

export interface AnswerDeps {
  readonly commands: EngineCommands
  readonly hosts: ReadonlySet<string> | undefined
  readonly log: Log
}

async function answer(request: IncomingMessage, { commands, hosts }: AnswerDeps): Promise<Answer> {
  const { method = '', headers } = request
  if (hosts !== undefined && !hosts.has(headers.host ?? ''))
    return refuse(403, 'The Host header names another computer')
  if (headers.origin !== undefined) return refuse(403, 'Pages of a browser are not answered')
  const path = (request.url ?? '').split('?', 1)[0] ?? ''
  if (path === '/status') {
    if (method !== 'GET') return refuse(405, 'Ask for /status with GET')
    return { status: 200, body: shownStatus(commands.status(), false) }
  }
  const name = path.slice(1)
  if (!isVerb(name)) return refuse(404, `There is no ${path}; there are /status, /${Object.keys(verbs).join(', /')}`)
  if (method !== 'POST') return refuse(405, `Send ${path} with POST`)
  if (!/^application\/json\b/.test(headers['content-type'] ?? '')) return refuse(415, 'Send application/json')
  return { status: 200, body: await verbs[name].answer(commands, await readJson(request)) }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > bodyBytes) throw new RangeError('The request is too large')
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

function answerOf(error: unknown, path: string, log: Log): Answer {
  if (error instanceof FailureError) {
    const { message, solution } = error.failure
    return refuse(409, message, solution)
  }
  if (error instanceof RangeError) return refuse(413, error.message)
  if (error instanceof SyntaxError) return refuse(400, 'The request is not JSON')
  if (error instanceof z.ZodError) return refuse(400, `The request does not fit ${path}: ${z.prettifyError(error)}`)
  // Whoever asked has gone in the middle of it; nobody reads this.
  if (error instanceof Error && 'code' in error && error.code === 'ECONNRESET')
    return refuse(400, 'The request was cut')
  log.error(`Cannot answer ${path}`, error)
  return refuse(500, 'An error inside ReJot', 'Report it with the log.')
}

function refuse(status: number, message: string, solution?: string): Answer {
  const body: Refusal = solution === undefined ? { message } : { message, solution }
  return { status, body }
}
