import type { RowNow } from '../domain/event-store.ts'

/** UTF-16 units of the rows that are asked for in one go: less than the source gives, so that it seldom refuses. */
const lengthAtOnce = 6 * 1024 * 1024

/**
 * How many keys are asked for in one go, by how wide their rows were lately. It spares the source from making rows that
 * are then too much at once; that they are not in memory does not rest on it.
 */
export interface RowPace {
  /** What keys of this public schema gave, by its id. */
  saw(schema: string, rows: readonly RowNow[]): void
  /** At most `most`, and at least one. */
  keys(most: number, schema: string): number
  /** Of those that were seen last, whichever they were. */
  keysOfLast(most: number): number
}

export function createRowPace(): RowPace {
  const averages = new Map<string, number>()
  let last = 0
  const fitting = (most: number, average: number): number => {
    return Math.max(1, Math.min(most, Math.floor(lengthAtOnce / Math.max(1, average))))
  }
  return {
    saw(schema, rows) {
      if (rows.length === 0) return
      last = rows.reduce((sum, { payload }) => sum + (payload?.length ?? 0), 0) / rows.length
      averages.set(schema, last)
    },
    keys: (most, schema) => fitting(most, averages.get(schema) ?? 0),
    keysOfLast: (most) => fitting(most, last),
  }
}
