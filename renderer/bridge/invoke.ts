import { z } from 'zod'
import { failureView, type Verb, type VerbInput, type VerbResult, verbs } from '../../main/contract/contract.ts'
import type { Bridge } from '../../main/contract/stream.ts'

/** Asks main for something. Always resolves: an expected failure, and a bug on the way, are both a `FailureView`. */
export type Invoke = <V extends Verb>(verb: V, input: VerbInput<V>) => Promise<VerbResult<V>>

const failed = z.object({ ok: z.literal(false), failure: failureView })

export function createInvoke(bridge: Pick<Bridge, 'invoke'>): Invoke {
  return async <V extends Verb>(verb: V, input: VerbInput<V>): Promise<VerbResult<V>> => {
    try {
      return parseAnswer(verb, await bridge.invoke(verb, input))
    } catch (error) {
      return { ok: false, failure: wentWrong(verb, error) }
    }
  }
}

/** What arrives is parsed, so that a difference between the two sides shows here and not three screens later. */
function parseAnswer<V extends Verb>(verb: V, answer: unknown): VerbResult<V> {
  const refusal = failed.safeParse(answer)
  if (refusal.success) return { ok: false, failure: refusal.data.failure }
  const success = z.object({ ok: z.literal(true), value: z.unknown() }).parse(answer)
  // The border itself: the schema's output is this verb's output, which the compiler cannot see through the index.
  return {
    ok: true,
    value: verbs[verb].output.parse(success.value) as VerbResult<V> extends { value: infer T } ? T : never,
  }
}

function wentWrong(verb: Verb, error: unknown) {
  return {
    message: 'The program did not understand its own answer',
    solution: 'Try it again. If it stays so, restart the program and report what stands under Details.',
    details: `${verb}: ${error instanceof Error ? error.message : String(error)}`,
  }
}
