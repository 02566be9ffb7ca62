import type { EpochWriter } from '../domain/event-store.ts'
import type { PreparedPublicSchema } from '../domain/source.ts'
import type { RowVersion } from '../domain/source-transaction.ts'
import type { UnsureRows } from './unsure-rows.ts'
import { isWhole, type ListedVersion, type TransformationVersions } from './version-list.ts'

/** Versions that can be made into rows, in order. */
export interface KnownVersions {
  readonly schema: number
  readonly transformation: number
  readonly versions: readonly RowVersion[]
}

export interface RestoreDeps {
  readonly schemas: readonly PreparedPublicSchema[]
  /** Everything before these versions has been put. */
  readonly writer: Pick<EpochWriter, 'payloads'>
  readonly unsure: UnsureRows
  /** Whether what is stored of a public schema is what its rows were last; while it is copied, some may be older. */
  isCopied(schema: string): boolean
}

/**
 * Gives versions what they lack: a value that did not change stands in the last row that was published of it, where it
 * is a column of its own. What cannot be had in this way is left out and noted, to be looked up at the epoch's end.
 */
export function restoreVersions(deps: RestoreDeps, lists: readonly TransformationVersions[]): readonly KnownVersions[] {
  return lists.map((list) => {
    const before = formerRows(deps, list)
    const known = list.versions.map((version) => knownOf(deps, list, version, before))
    // Only now: what a version lacks is judged by what stood before all of them.
    list.versions.forEach(({ key }, place) => {
      const version = known[place]
      if (version === undefined) deps.unsure.unknown(list, key)
      else if (version.before === undefined) deps.unsure.known(list, key)
      else deps.unsure.restored(list, key)
    })
    return { ...list, versions: known.filter((version) => version !== undefined) }
  })
}

/** Whether anything that is stored is needed for them. */
export function needFormerRows(lists: readonly TransformationVersions[]): boolean {
  return lists.some(({ versions }) => versions.some(({ since }) => since !== undefined))
}

/** The rows that were published last, by source key. */
function formerRows(
  { schemas, writer, isCopied }: RestoreDeps,
  list: TransformationVersions,
): ReadonlyMap<string, string> {
  const ids = new Set(list.versions.flatMap(({ since }) => since ?? []))
  const schema = schemas[list.schema]
  const { publicKeyOf } = schema?.transformations[list.transformation] ?? {}
  if (ids.size === 0 || schema === undefined || publicKeyOf === undefined || !isCopied(schema.id)) return new Map()
  const keys = new Map([...ids].map((id) => [publicKeyOf(id), id]))
  const payloads = writer.payloads(schema.id, [...keys.keys()])
  return new Map([...payloads].map(([key, payload]) => [keys.get(key) ?? '', payload]))
}

function knownOf(
  { schemas, unsure }: RestoreDeps,
  place: Omit<TransformationVersions, 'versions'>,
  version: ListedVersion,
  formerRows: ReadonlyMap<string, string>,
): RowVersion | undefined {
  const { key, image, since } = version
  if (isWhole(version)) return { key, image: version.image }
  if (typeof image === 'string' || since === undefined || unsure.has(place, since)) return undefined
  const { restorable = [] } = schemas[place.schema]?.transformations[place.transformation] ?? {}
  const before = formerRows.get(since)
  const canBe = image.every((value, column) => value !== undefined || restorable[column] === true)
  return before === undefined || !canBe ? undefined : { key, image, before }
}
