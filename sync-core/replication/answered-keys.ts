import type { PreparedPublicSchema } from '../domain/source.ts'
import type { SourceKey } from '../domain/source-transaction.ts'
import type { KeySlice } from './key-slice.ts'
import type { AskedRun, Run } from './project-slice.ts'

/** Slices that are asked as they come, so that all but large epochs have their rows in the order of the last changes. */
const slicesAsTheyCome = 10
/** Keys held, as asked and as answered; a set of keys that is hot is smaller. */
const mostHeld = 100_000

/**
 * Source keys that gave a row in this epoch, by what they were last asked with. All of the epoch's changes are in its
 * snapshot, so that no answer is new: of a few keys that change over and over a large epoch asks each once, and its row
 * stays where it is in the epoch. A later snapshot of the same epoch may say more, which comes with the next epoch's changes.
 *
 * Keys that gave nothing are asked again, so that a delete comes where its change does: behind those of the rows that
 * referred to it. So are those that were asked with something else since, for what is recorded of a key is its last run.
 */
export interface AnsweredKeys {
  /** What is to be asked of a slice. */
  leftOf(slice: KeySlice): readonly Run[]
  /** What a settled run has said. Waits for nothing: its rows are there. */
  add(run: AskedRun): Promise<void>
}

/** @param schemas by their places; what is wanted in every version is asked whenever it is to be asked */
export function createAnsweredKeys(schemas: readonly PreparedPublicSchema[]): AnsweredKeys {
  /** What was asked last, by transformation and id. */
  const asked = new Map<string, Map<string, SourceKey>>()
  /** What gave a row; only what was asked last is looked for. */
  let answered = new Set<SourceKey>()
  let slices = 0
  let spared = 0
  let isWorthIt = true

  const isWanted = (schema: number): boolean =>
    slices > slicesAsTheyCome && isWorthIt && schemas[schema]?.everyVersion === false
  const lastAsked = ({ schema, transformation }: Pick<Run, 'schema' | 'transformation'>): Map<string, SourceKey> => {
    const place = `${schema} ${transformation}`
    const found = asked.get(place) ?? new Map<string, SourceKey>()
    asked.set(place, found)
    return found
  }
  /** Keys that come but once, as in a load, are not worth being held. */
  const keepFew = (): void => {
    const held = [...asked.values()].reduce((sum, { size }) => sum + size, answered.size)
    if (held <= mostHeld) return
    isWorthIt = spared > held / 4
    spared = 0
    asked.clear()
    answered = new Set()
  }

  return {
    leftOf(slice) {
      slices += 1
      keepFew()
      return slice.transformations().flatMap((gathered) => {
        const run: Run = { ...gathered, keys: [...gathered.keys.values()] }
        if (!isWanted(run.schema)) return [run]
        const last = lastAsked(run)
        const keys = run.keys.filter(({ key }) => {
          const known = last.get(key.id)
          if (known !== undefined && answered.has(known) && haveSameArgs(known, key)) return false
          last.set(key.id, key)
          return true
        })
        spared += run.keys.length - keys.length
        return keys.length === 0 ? [] : [{ ...run, keys }]
      })
    },
    async add(run) {
      if (!isWanted(run.schema)) return
      const rows = await run.rows
      if (rows === 'too-much') return
      for (const { ordinal } of rows) {
        const key = run.keys[ordinal]?.key
        if (key !== undefined) answered.add(key)
      }
    },
  }
}

function haveSameArgs({ args: one }: SourceKey, { args: other }: SourceKey): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other
  return one.every((value, place) => value === other[place])
}
