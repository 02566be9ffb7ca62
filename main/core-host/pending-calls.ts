import type { FailureView } from '../contract/contract.ts'
import { Refusal } from '../ipc/refusal.ts'
import { type CoreAnswer, type CoreCall, type CoreCallName, coreAnswers } from './core-messages.ts'

/** Calls that wait for their answer from another process. At most `limit` at a time: a window asks, it does not flood. */
export interface PendingCalls {
  /** Rejects with a Refusal when the other side says no, when it is gone, and when too many wait. */
  ask<N extends CoreCallName>(call: Extract<CoreCall, { name: N }>, post: (id: number) => void): Promise<CoreAnswer<N>>
  answered(id: number, value: unknown): void
  refused(id: number, failure: FailureView): void
  /** The other side is gone. */
  abandon(): void
}

const limit = 64

export function createPendingCalls(): PendingCalls {
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
    async ask(call, post) {
      if (waiting.size >= limit) throw new Refusal({ message: 'Cannot ask the engine: too many questions wait for it' })
      const id = ++lastId
      const answer = await new Promise<unknown>((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        post(id)
      })
      return parseAnswer(call.name, answer)
    },
    answered: (id, value) => take(id)?.resolve(value),
    refused: (id, failure) => take(id)?.reject(new Refusal(failure)),
    abandon() {
      for (const id of [...waiting.keys()]) {
        take(id)?.reject(
          new Refusal({
            message: 'Cannot ask the engine: its process ended',
            solution: 'It is started again by itself.',
          }),
        )
      }
    },
  }
}

/** The schema is looked up by the call's own name; TypeScript cannot see that across the table. */
function parseAnswer<N extends CoreCallName>(name: N, value: unknown): CoreAnswer<N> {
  return coreAnswers[name].parse(value) as CoreAnswer<N>
}
