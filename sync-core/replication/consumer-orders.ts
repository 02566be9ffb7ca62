import type { DestinationSession } from '../domain/destination.ts'
import { FailureError } from '../domain/failure.ts'
import type { Offset } from '../domain/offset.ts'
import { failureOf } from './supervise.ts'

/** A consumer that is out of its lane and between two transactions. */
export interface ConsumerAtRest {
  readonly session: DestinationSession
  /** What the destination has. */
  readonly offset: Offset
}

/** What people want done with one consumer; each waits for its turn, out of the lane, and is done once. */
export interface ConsumerOrders {
  readonly isEmpty: boolean
  /** Resolves and rejects with what the work does; rejects too when the destination cannot be had for it. */
  give<T>(work: (at: ConsumerAtRest) => Promise<T>): Promise<T>
  /** Does all that wait. Throws what ends the session; a refusal of the work itself is only its own. */
  carryOut(at: ConsumerAtRest): Promise<void>
  /** There is no way to do them now: whoever waits hears why. */
  refuse(error: unknown): void
}

interface Order {
  readonly run: (at: ConsumerAtRest) => Promise<void>
  readonly refuse: (error: unknown) => void
}

export function createConsumerOrders(): ConsumerOrders {
  const waiting: Order[] = []
  return {
    get isEmpty() {
      return waiting.length === 0
    },
    give: (work) =>
      new Promise((resolve, reject) => {
        const run = async (at: ConsumerAtRest): Promise<void> => {
          try {
            resolve(await work(at))
          } catch (error) {
            reject(error)
            if (!(error instanceof FailureError) || failureOf(error, '').policy === 'retry') throw error
          }
        }
        waiting.push({ run, refuse: reject })
      }),
    async carryOut(at) {
      for (let order = waiting.shift(); order !== undefined; order = waiting.shift()) await order.run(at)
    },
    refuse(error) {
      for (const order of waiting.splice(0)) order.refuse(error)
    },
  }
}
