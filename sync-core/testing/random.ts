/** Numbers that look random and are the same for the same seed (mulberry32). */
export interface Random {
  /** From 0 up to and without 1. */
  next(): number
  /** Whole, from 1 to `limit`. */
  upTo(limit: number): number
  pick<T>(items: readonly T[]): T
  /** Another one with a seed of its own, for somebody who works beside. */
  split(): Random
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    upTo: (limit) => Math.floor(next() * limit) + 1,
    pick(items) {
      const item = items[Math.floor(next() * items.length)]
      if (item === undefined) throw new RangeError('Cannot pick from an empty list')
      return item
    },
    split: () => createRandom(Math.floor(next() * 2 ** 32)),
  }
}

/** The seed of this run: that of `REJOT_TEST_SEED`, else a new one. */
export function chooseSeed(): number {
  return Number(process.env.REJOT_TEST_SEED ?? Math.floor(Math.random() * 2 ** 32))
}
