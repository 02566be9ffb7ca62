import type { z } from 'zod'
import type { FailureView } from './contract/contract.ts'
import { Refusal } from './ipc/refusal.ts'

/** What each call is answered with, by the call's name. */
export type Answers = Readonly<Record<string, z.ZodType>>

/** Calls that wait for their answer from another process. At most `limit` at a time: a window asks, it does not flood. */
export interface PendingCalls<A extends Answers> {
  readonly waiting: number
  /** Rejects with a Refusal when the other side says no, when it is gone, and when too many wait. */
  ask<N extends keyof A>(name: N, post: (id: number) => void): Promise<z.infer<A[N]>>
  answered(id: number, value: unknown): void
  refused(id: number, failure: FailureView): void
  /** The other side is gone. */
  abandon(): void
}

export interface PendingCallsOptions<A extends Answers> {
  readonly answers: A
  /** Said when the other side is gone. */
  readonly gone: FailureView
  readonly tooMany: FailureView
}

const limit = 64

export function createPendingCalls<A extends Answers>({
  answers,
  gone,
  tooMany,
}: PendingCallsOptions<A>): PendingCalls<A> {
  const waiting = new Map<
    number,
    { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }
  >()
  let lastId = 0
  const take = (id: number) => {
    const call = waiting.get(id)
    waiting.delete(id)
    return call
  }

  return {
    get waiting() {
      return waiting.size
    },
    async ask(name, post) {
      if (waiting.size >= limit) throw new Refusal(tooMany)
      const id = ++lastId
      const answer = await new Promise<unknown>((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        post(id)
      })
      return parseAnswer(answers, name, answer)
    },
    answered: (id, value) => take(id)?.resolve(value),
    refused: (id, failure) => take(id)?.reject(new Refusal(failure)),
    abandon() {
      for (const id of [...waiting.keys()]) take(id)?.reject(new Refusal(gone))
    },
  }
}

/** The schema is looked up by the call's own name; TypeScript cannot see that across the table. */
function parseAnswer<A extends Answers, N extends keyof A>(answers: A, name: N, value: unknown): z.infer<A[N]> {
  return answers[name]?.parse(value) as z.infer<A[N]>
}
