import type { ChangeListener, ImageValues, RowVersion, SourceKey } from '../domain/source-transaction.ts'

/** Versions of one transformation's rows, in the order in which they were written. */
export interface TransformationVersions {
  readonly schema: number
  readonly transformation: number
  readonly versions: readonly ListedVersion[]
}

/** A version as far as the stream tells it. */
export interface ListedVersion {
  readonly key: SourceKey
  /** `unknown`: the table had other columns when it was written. */
  readonly image: ImageValues | 'gone' | 'unknown'
  /**
   * The source key under which the row stood before this list, and still had the values that the image lacks; `undefined`
   * where nothing is lacking, or where nobody knows.
   */
  readonly since: string | undefined
}

/** A version of which everything is known. */
export function isWhole(version: ListedVersion): version is ListedVersion & Pick<RowVersion, 'image'> {
  return version.image === 'gone' || (version.image !== 'unknown' && !version.image.includes(undefined))
}

type Place = Pick<ChangeListener, 'schema' | 'transformation'>

/**
 * What became of rows whose every version is wanted. A value that was not sent did not change, so it is that of the
 * version before: of the one in this list, else of the last one before it.
 */
export interface VersionList {
  /** What it weighs, in keys. */
  readonly size: number
  /** `from`: the key that the row had before, where that is another one; its former key is `gone` with it. */
  image(place: Place, key: SourceKey, sent: ImageValues | undefined, from?: SourceKey): void
  gone(place: Place, key: SourceKey): void
  append(lists: readonly TransformationVersions[]): void
  transformations(): readonly TransformationVersions[]
}

/** An image may be large: so many characters weigh as much as a key. */
const charactersPerKey = 1_024

type Known = Pick<ListedVersion, 'image' | 'since'>

interface Entry extends Place {
  readonly versions: ListedVersion[]
  /** Of each key that has a row the last version. */
  readonly last: Map<string, Known>
}

export function createVersionList(): VersionList {
  const entries = new Map<number, Entry>()
  let characters = 0
  let count = 0

  const entryOf = ({ schema, transformation }: Place): Entry => {
    const place = schema * 1_000 + transformation
    const entry = entries.get(place) ?? { schema, transformation, versions: [], last: new Map() }
    entries.set(place, entry)
    return entry
  }

  const add = ({ versions, last }: Entry, version: ListedVersion): void => {
    const { key, image } = version
    versions.push(version)
    count += 1
    if (image === 'gone') last.delete(key.id)
    else last.set(key.id, version)
    if (typeof image !== 'string') for (const value of image) characters += value?.length ?? 0
  }

  return {
    get size() {
      return count + Math.floor(characters / charactersPerKey)
    },
    image(place, key, sent, from = key) {
      const entry = entryOf(place)
      const before = entry.last.get(from.id)
      if (from.id !== key.id) add(entry, { key: from, image: 'gone', since: undefined })
      add(entry, { key, ...completed(sent ?? 'unknown', from.id, before) })
    },
    gone: (place, key) => add(entryOf(place), { key, image: 'gone', since: undefined }),
    append(lists) {
      for (const list of lists) {
        const entry = entryOf(list)
        // As it stood before the first of them: a key may pass from one row to another on the way.
        const stood = new Map(
          list.versions.flatMap(({ since = '' }) => (since === '' ? [] : [[since, entry.last.get(since)]])),
        )
        for (const { key, image, since } of list.versions) {
          add(entry, { key, ...(since === undefined ? { image, since } : completed(image, since, stood.get(since))) })
        }
      }
    },
    transformations: () => [...entries.values()],
  }
}

/** An image with what the version before it had, which is in the list, or not (`undefined`). */
function completed(image: ListedVersion['image'], since: string, before: Known | undefined): Known {
  if (typeof image === 'string' || !image.includes(undefined)) return { image, since: undefined }
  if (before === undefined) return { image, since }
  const { image: former } = before
  if (typeof former === 'string') return { image, since: undefined }
  const filled = image.map((value, column) => (value === undefined ? former[column] : value))
  return { image: filled, since: filled.includes(undefined) ? before.since : undefined }
}
