import { lstatSync } from 'node:fs'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { FailureError } from '../domain/failure.ts'
import { socketPath } from './socket-path.ts'
import { refusal, type Verb, type VerbInput, type VerbOutput, verbs } from './verbs.ts'

/**
 * Tells the engine that runs with a state folder to do something, through its socket. Returns its answer, or
 * `undefined` when no engine runs there. Throws a FailureError when the engine refuses.
 */
export async function callEngine<V extends Verb>(
  stateDir: string,
  verb: V,
  input: VerbInput<V>,
): Promise<VerbOutput<V> | undefined> {
  const path = socketPath(stateDir)
  if (!isOurs(path)) return undefined
  const answer = await post(path, `/${verb}`, JSON.stringify(input))
  if (answer === undefined) return undefined
  if (answer.status === 200) return verbs[verb].output.parse(JSON.parse(answer.body)) as VerbOutput<V>
  const { message, solution = '' } = refusal.parse(JSON.parse(answer.body))
  throw new FailureError({ kind: 'refused', policy: 'halt', object: verb, message, solution })
}

/** Nobody else's socket is told anything. */
function isOurs(path: string): boolean {
  if (process.platform === 'win32') return true
  return lstatSync(path, { throwIfNoEntry: false })?.uid === process.getuid?.()
}

interface Reply {
  readonly status: number
  readonly body: string
}

function post(socket: string, path: string, body: string): Promise<Reply | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const asking = request({ socketPath: socket, path, method: 'POST', headers }, (response) => {
      text(response).then((said) => resolve({ status: response.statusCode ?? 0, body: said }), cut(reject))
    })
    asking.on('error', (error) => {
      if ('code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')) resolve(undefined)
      else cut(reject)(error)
    })
    asking.end(body)
  })
}

/** Whether the command was carried out is then not known. */
function cut(reject: (error: FailureError) => void): (cause: unknown) => void {
  return (cause) =>
    reject(
      new FailureError(
        {
          kind: 'unreachable',
          policy: 'halt',
          object: 'engine',
          message: 'Cannot hear the engine: it ended, or cut the connection, before it answered',
          solution: 'Look at "rejot status" for what became of the command.',
        },
        cause,
      ),
    )
}
