import type { RowChange, SourceKey, TupleValues } from '../domain/source-transaction.ts'
import { createVersionList, type TransformationVersions } from './version-list.ts'

/** Source keys of one transformation that wait to be asked. */
export interface TransformationKeys {
  readonly schema: number
  readonly transformation: number
  readonly keys: ReadonlyMap<string, ChangedKey>
}

export interface ChangedKey {
  readonly key: SourceKey
  /** The place of its last change among all changes of the slice: the order in which they are kept. */
  readonly changedAt: number
}

/**
 * Changed source keys, each once however often it changed; what is asked of the source in one go. Its last arguments
 * count: the values before them are covered by the lineage.
 */
export interface KeySlice {
  readonly size: number
  addChange(change: RowChange): void
  /** Adds another one's keys behind its own. */
  addSlice(slice: KeySlice): void
  add(schema: number, transformation: number, key: SourceKey): void
  transformations(): readonly TransformationKeys[]
  /** Of those that want every version, what became of their rows, in order. */
  versions(): readonly TransformationVersions[]
}

export function createKeySlice(): KeySlice {
  const byTransformation = new Map<number, { schema: number; transformation: number; keys: Map<string, ChangedKey> }>()
  const versions = createVersionList()
  let size = 0
  let changes = 0
  const add = (schema: number, transformation: number, key: SourceKey): void => {
    const place = schema * 1_000 + transformation
    let entry = byTransformation.get(place)
    if (entry === undefined) {
      entry = { schema, transformation, keys: new Map() }
      byTransformation.set(place, entry)
    }
    const before = entry.keys.size
    const changed = { key, changedAt: changes++ }
    entry.keys.set(key.id, changed)
    size += entry.keys.size - before
    if (entry.keys.size > before) return
    // Named before: to the end, behind what has changed since.
    entry.keys.delete(key.id)
    entry.keys.set(key.id, changed)
  }
  return {
    get size() {
      return size + versions.size
    },
    add,
    versions: versions.transformations,
    addChange(change) {
      const newRow = wholeNewRow(change)
      for (const listener of change.listeners) {
        const old = change.old === undefined ? undefined : listener.keyOf(change.old, 'old')
        const now = newRow === undefined ? undefined : listener.keyOf(newRow, 'new')
        if (listener.imageOf !== undefined) {
          if (now !== undefined && newRow !== undefined) versions.image(listener, now, listener.imageOf(newRow), old)
          else if (old !== undefined) versions.gone(listener, old)
          continue
        }
        if (old !== undefined) add(listener.schema, listener.transformation, movedArgs(old, now))
        if (now !== undefined) add(listener.schema, listener.transformation, now)
      }
    },
    addSlice(slice) {
      const added = slice
        .transformations()
        .flatMap(({ schema, transformation, keys }) =>
          [...keys.values()].map(({ key, changedAt }) => ({ schema, transformation, key, changedAt })),
        )
      added.sort((a, b) => a.changedAt - b.changedAt)
      for (const { schema, transformation, key } of added) add(schema, transformation, key)
      versions.append(slice.versions())
    },
    transformations: () => [...byTransformation.values()],
  }
}

/**
 * A value that was not sent has not changed: where the old row has it, it is that. It may be part of the key. Never
 * NULL: NULL is always sent, and an old row of which only the key was sent has NULL in all other places.
 */
function wholeNewRow({ old, new: now }: RowChange): TupleValues | undefined {
  if (old === undefined || now === undefined) return now
  // Not `map`, which passes over places that were never written.
  return Array.from(now, (value, place) => (value === undefined ? (old[place] ?? undefined) : value))
}

/** An old row that stays under its key is asked with what it is now; only the arguments it left need a run of their own. */
function movedArgs(old: SourceKey, now: SourceKey | undefined): SourceKey {
  return now !== undefined && now.id === old.id ? now : old
}
