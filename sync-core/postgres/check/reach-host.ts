import { lookup } from 'node:dns/promises'
import { connect, isIP, type Socket } from 'node:net'
import type { CheckRequest, Finding } from '../../domain/connection-check.ts'
import { solutionOnce } from '../../domain/failure.ts'
import { classifyFailure } from '../classify-failure.ts'
import type { PostgresCheckContext } from './check-context.ts'

/** Whether the host's name stands for an address. */
export async function askDns({ request }: PostgresCheckContext): Promise<Finding> {
  const { host } = request.connection
  if (host.startsWith('/')) return { state: 'skipped', sentence: 'A socket on this computer has no name', evidence: [] }
  if (isIP(host) !== 0) return { state: 'passed', sentence: `${host} is an address already`, evidence: [] }
  const addresses = await lookup(host, { all: true })
  const evidence = addresses.map(({ address, family }) => ({ label: `IPv${family}`, value: address }))
  return { state: 'passed', sentence: `${host} is ${addresses.map(({ address }) => address).join(', ')}`, evidence }
}

/** Whether anything takes a connection at the port. */
export async function askTcp({ request }: PostgresCheckContext, signal: AbortSignal): Promise<Finding> {
  const { host, port } = request.connection
  const socket = await openSocket(request, signal)
  try {
    const { remoteAddress, remotePort, localAddress } = socket
    const evidence =
      remoteAddress === undefined
        ? [{ label: 'Socket', value: socketPath(host, port) }]
        : [
            { label: 'Server', value: `${remoteAddress}:${remotePort}` },
            { label: 'From', value: localAddress ?? '' },
          ]
    return { state: 'passed', sentence: host.startsWith('/') ? 'The socket answers' : `Port ${port} answers`, evidence }
  } finally {
    socket.destroy()
  }
}

/** Connected, or rejects with the socket's error; given up when the signal aborts. */
export async function openSocket({ connection }: CheckRequest, signal: AbortSignal): Promise<Socket> {
  const { host, port } = connection
  const socket = host.startsWith('/') ? connect({ path: socketPath(host, port) }) : connect({ host, port })
  signal.addEventListener('abort', () => socket.destroy(), { once: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the socket was closed')))
  })
  return socket
}

function socketPath(folder: string, port: number): string {
  return `${folder}/.s.PGSQL.${port}`
}

/** A failure as it is told elsewhere, as a finding. */
export function failedFinding(error: unknown, request: CheckRequest): Finding & { readonly lost: boolean } {
  const failure = classifyFailure(error, request.connection.slug)
  const { kind, message, sqlstate } = failure
  if (kind === 'bug') throw error
  const said = serverWords(error)
  const evidence = [
    ...(sqlstate === undefined ? [] : [{ label: 'SQLSTATE', value: sqlstate }]),
    ...(said === undefined ? [] : [{ label: 'Answer', value: said }]),
  ]
  return { state: 'failed', sentence: message, solution: solutionOnce(failure), evidence, lost: kind === 'unreachable' }
}

/** The message alone: DETAIL and CONTEXT may hold values. */
function serverWords(error: unknown): string | undefined {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (cause instanceof AggregateError) return cause.errors.map((one: unknown) => serverWords(one)).join('; ')
  return cause instanceof Error ? cause.message : undefined
}
