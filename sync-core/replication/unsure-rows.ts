import type { SourceKey } from '../domain/source-transaction.ts'
import { createKeySlice, type KeySlice } from './key-slice.ts'
import type { TransformationVersions } from './version-list.ts'

type Place = Pick<TransformationVersions, 'schema' | 'transformation'>

/**
 * Rows whose last version in the epoch is not told whole by the stream. They are asked for once everything else of the
 * epoch has been: the snapshot then shows that very version. Asked for earlier, what it shows would come before versions
 * that are older.
 */
export interface UnsureRows {
  /** Rows that have to be asked for. */
  readonly size: number
  /** Some have been taken. */
  readonly asked: boolean
  /** Nothing is known of the last version of this key, and so nothing of what a later one may lack. */
  has(place: Place, id: string): boolean
  /** The last version of this key is told. */
  known(place: Place, key: SourceKey): void
  /** It is made with what is stored; to be compared with the source where that shows it, up to a number of rows. */
  restored(place: Place, key: SourceKey): void
  unknown(place: Place, key: SourceKey): void
  /** Those to be asked for as keys; none are left. `whole`: the source shows the end of the epoch, and nothing later. */
  take(whole: boolean): KeySlice
}

/** The second look is for the sake of tables that are rewritten unseen; memory is worth more. */
const mostRestored = 20_000

interface Row extends Place {
  readonly key: SourceKey
  readonly isRestored: boolean
}

export function createUnsureRows(): UnsureRows {
  let rows = new Map<string, Row>()
  let unknown = 0
  let asked = false
  const nameOf = ({ schema, transformation }: Place, id: string): string => `${schema}.${transformation} ${id}`
  const remove = (name: string): void => {
    if (rows.get(name)?.isRestored === false) unknown -= 1
    rows.delete(name)
  }
  const add = ({ schema, transformation }: Place, key: SourceKey, isRestored: boolean): void => {
    const name = nameOf({ schema, transformation }, key.id)
    remove(name)
    rows.set(name, { schema, transformation, key, isRestored })
    if (!isRestored) unknown += 1
  }

  return {
    get size() {
      return unknown
    },
    get asked() {
      return asked
    },
    has: (place, id) => rows.get(nameOf(place, id))?.isRestored === false,
    known: (place, key) => rows.size > 0 && remove(nameOf(place, key.id)),
    restored(place, key) {
      if (rows.size < mostRestored) add(place, key, true)
      else remove(nameOf(place, key.id))
    },
    unknown: (place, key) => add(place, key, false),
    take(whole) {
      const slice = createKeySlice()
      for (const { schema, transformation, key, isRestored } of rows.values()) {
        if (whole || !isRestored) slice.add(schema, transformation, key)
      }
      rows = new Map()
      unknown = 0
      asked = true
      return slice
    },
  }
}
