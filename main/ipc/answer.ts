import type { Log } from '../../sync-core/domain/log.ts'
import {
  type FailureView,
  type Verb,
  type VerbInput,
  type VerbOutput,
  type VerbResult,
  verbs,
} from '../contract/contract.ts'
import { expectedFailure } from './refusal.ts'
import { isTrusted, type Sender } from './sender.ts'

/** Serves each verb. Throws a Refusal or a FailureError for what is expected to go wrong; anything else counts as a bug. */
export type Handlers = { readonly [V in Verb]: Handler<V> }

/** One that answers with nothing may still take its time: what it returns is awaited. */
type Handler<V extends Verb> = [VerbOutput<V>] extends [undefined]
  ? (input: VerbInput<V>) => void
  : (input: VerbInput<V>) => VerbOutput<V> | Promise<VerbOutput<V>>

/** Answers one message of the window; never rejects. What goes in and what comes out are parsed by the contract. */
export type Answer = (sender: Sender, verb: unknown, input: unknown) => Promise<VerbResult<Verb>>

export function createAnswer(handlers: Handlers, log: Log): Answer {
  return async (sender, verb, input) => {
    if (!isTrusted(sender)) {
      log.warn('Cannot answer a message: its sender is not the window')
      return no({ message: 'Cannot answer: the sender is not the window' })
    }
    if (!isVerb(verb)) {
      log.warn('Cannot answer a message: the verb is unknown')
      return no({ message: 'Cannot answer: the verb is unknown' })
    }
    return serve(handlers, log, verb, input)
  }
}

async function serve<V extends Verb>(handlers: Handlers, log: Log, verb: V, input: unknown): Promise<VerbResult<Verb>> {
  const parsed = verbs[verb].input.safeParse(input)
  if (!parsed.success) {
    log.warn(`Cannot answer ${verb}: the input is not what was agreed`)
    return no({ message: `Cannot answer ${verb}: the input is not what was agreed` })
  }
  try {
    // The handler and the schema are looked up by the same verb; TypeScript cannot see that across two tables.
    const value = await handlers[verb](parsed.data as VerbInput<V>)
    return { ok: true, value: verbs[verb].output.parse(value) as VerbOutput<V> }
  } catch (error) {
    const expected = expectedFailure(error)
    if (expected !== undefined) return no(expected)
    log.error(`Cannot answer ${verb}`, error)
    return no({
      message: 'Something went wrong inside the program',
      solution: 'Try again; if it stays, the log file says where it happened.',
      details: verb,
    })
  }
}

function isVerb(verb: unknown): verb is Verb {
  return typeof verb === 'string' && Object.hasOwn(verbs, verb)
}

function no(failure: FailureView): VerbResult<Verb> {
  return { ok: false, failure }
}
