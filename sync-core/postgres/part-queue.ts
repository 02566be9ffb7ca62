import type { TransactionPart } from '../domain/source-transaction.ts'

/** A transaction that came while it was open: its parts are made when they are taken, so that none of it waits in memory. */
export type LazyTransaction = () => Iterable<TransactionPart>

/** Parts of transactions, in commit order, that wait to be taken. */
export interface PartQueue {
  push(part: TransactionPart | LazyTransaction): void
  peek(): TransactionPart | undefined
  take(): TransactionPart | undefined
  /** A lazy transaction counts as one. */
  readonly waiting: number
}

export function createPartQueue(): PartQueue {
  let parts: (TransactionPart | LazyTransaction)[] = []
  let next = 0
  /** The rest of a lazy transaction, and the part of it that is next. */
  let rest: Iterator<TransactionPart> | undefined
  let ahead: TransactionPart | undefined

  const advance = (): void => {
    next += 1
    if (next === parts.length) {
      parts = []
      next = 0
    } else if (next > 8_192) {
      parts = parts.slice(next)
      next = 0
    }
  }

  const peek = (): TransactionPart | undefined => {
    if (ahead !== undefined) return ahead
    const part = parts[next]
    if (typeof part === 'function') {
      rest = part()[Symbol.iterator]()
      advance()
      ahead = rest.next().value
      return ahead ?? peek()
    }
    return part
  }

  return {
    push: (part) => parts.push(part),
    peek,
    take() {
      const part = peek()
      if (ahead === undefined) {
        if (part !== undefined) advance()
        return part
      }
      ahead = rest?.next().value
      return part
    },
    get waiting() {
      return parts.length - next + (ahead === undefined ? 0 : 1)
    },
  }
}
