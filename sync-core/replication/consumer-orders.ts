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
  /** The same for work that has to be done before it is asked where the consumer is. */
  giveFirst<T>(work: (session: DestinationSession) => Promise<T>): Promise<T>
  carryOutFirst(session: DestinationSession): Promise<void>
  /** Does all that wait. Throws what ends the session; a refusal of the work itself is only its own. */
  carryOut(at: ConsumerAtRest): Promise<void>
  /** There is no way to do them now: whoever waits hears why. */
  refuse(error: unknown): void
}

interface Order<At> {
  readonly run: (at: At) => Promise<void>
  readonly refuse: (error: unknown) => void
}

export function createConsumerOrders(): ConsumerOrders {
  const first: Order<DestinationSession>[] = []
  const waiting: Order<ConsumerAtRest>[] = []
  return {
    get isEmpty() {
      return first.length + waiting.length === 0
    },
    give: (work) => add(waiting, work),
    giveFirst: (work) => add(first, work),
    carryOut: (at) => carryOut(waiting, at),
    carryOutFirst: (session) => carryOut(first, session),
    refuse(error) {
      for (const order of [...first.splice(0), ...waiting.splice(0)]) order.refuse(error)
    },
  }
}

function add<At, T>(orders: Order<At>[], work: (at: At) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const run = async (at: At): Promise<void> => {
      try {
        resolve(await work(at))
      } catch (error) {
        reject(error)
        if (!(error instanceof FailureError) || failureOf(error, '').policy === 'retry') throw error
      }
    }
    orders.push({ run, refuse: reject })
  })
}

async function carryOut<At>(orders: Order<At>[], at: At): Promise<void> {
  for (let order = orders.shift(); order !== undefined; order = orders.shift()) await order.run(at)
}
