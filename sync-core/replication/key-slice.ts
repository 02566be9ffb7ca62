import type { RowChange, SourceKey } from '../domain/source-transaction.ts'

/** Source keys of one transformation that wait to be asked. */
export interface TransformationKeys {
  readonly schema: number
  readonly transformation: number
  readonly keys: ReadonlyMap<string, SourceKey>
}

/**
 * Changed source keys, each once however often it changed; what is asked of the source in one go. Its last arguments
 * count: the values before them are covered by the lineage.
 */
export interface KeySlice {
  readonly size: number
  addChange(change: RowChange): void
  add(schema: number, transformation: number, key: SourceKey): void
  /** In the order of their first change. */
  transformations(): readonly TransformationKeys[]
}

export function createKeySlice(): KeySlice {
  const byTransformation = new Map<number, { schema: number; transformation: number; keys: Map<string, SourceKey> }>()
  let size = 0
  const add = (schema: number, transformation: number, key: SourceKey): void => {
    const place = schema * 1_000 + transformation
    let entry = byTransformation.get(place)
    if (entry === undefined) {
      entry = { schema, transformation, keys: new Map() }
      byTransformation.set(place, entry)
    }
    const before = entry.keys.size
    entry.keys.set(key.id, key)
    size += entry.keys.size - before
  }
  return {
    get size() {
      return size
    },
    add,
    addChange(change) {
      for (const listener of change.listeners) {
        const old = change.old === undefined ? undefined : listener.keyOf(change.old, 'old')
        const now = change.new === undefined ? undefined : listener.keyOf(change.new, 'new')
        if (old !== undefined) add(listener.schema, listener.transformation, movedArgs(old, now))
        if (now !== undefined) add(listener.schema, listener.transformation, now)
      }
    },
    transformations: () => [...byTransformation.values()],
  }
}

/** An old row that stays under its key is asked with what it is now; only the arguments it left need a run of their own. */
function movedArgs(old: SourceKey, now: SourceKey | undefined): SourceKey {
  return now !== undefined && now.id === old.id ? now : old
}
