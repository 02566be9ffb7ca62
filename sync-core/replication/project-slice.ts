import type { EpochWriter, RowNow } from '../domain/event-store.ts'
import type { PreparedPublicSchema, ProjectedRow, SourceSnapshot } from '../domain/source.ts'
import type { ChangedKey } from './key-slice.ts'
import type { KnownVersions } from './restore-versions.ts'
import type { RowPace } from './row-pace.ts'
import { finishSettling, startSettling } from './settle-rows.ts'

/** A slice whose first runs are under way at the source. */
export interface AskedSlice {
  readonly runs: readonly AskedRun[]
  readonly versions: readonly AskedVersions[]
}

interface AskedVersions extends KnownVersions {
  readonly rows: Promise<readonly ProjectedRow[]>
}

export interface Run {
  readonly schema: number
  readonly transformation: number
  readonly keys: readonly ChangedKey[]
}

export interface AskedRun extends Run {
  readonly rows: Promise<Answer>
}

type Answer = readonly ProjectedRow[] | 'too-much'

/** Sends a slice to the source without waiting, so that it works while the slice before is written. */
export function askSlice(snapshot: SourceSnapshot, keys: readonly Run[], known: readonly KnownVersions[]): AskedSlice {
  const runs = keys.map((run): AskedRun => askRun(snapshot, run, false))
  const versions = known.map((list): AskedVersions => {
    const rows = snapshot.projectVersions(list.schema, list.transformation, list.versions)
    rows.catch(() => {})
    return { ...list, rows }
  })
  return { runs, versions }
}

function askRun(snapshot: SourceSnapshot, run: Run, whole: boolean): AskedRun {
  const keys = run.keys.map(({ key }) => key)
  const rows = snapshot.project(run.schema, run.transformation, keys, whole)
  // Whoever settles the slice sees the failure; until then it must not count as unhandled.
  rows.catch(() => {})
  return { ...run, rows }
}

/** What settling needs. */
export interface SettleDeps {
  readonly snapshot: SourceSnapshot
  readonly writer: EpochWriter
  readonly schemas: readonly PreparedPublicSchema[]
  readonly pace: RowPace
}

/**
 * Writes what the slice's keys give. A public row key that one of them used to produce and none produced now is asked
 * through the other source keys recorded for it; when none of those produces it either, its row is gone.
 */
export async function settleSlice(deps: SettleDeps, slice: AskedSlice): Promise<void> {
  for (const [place, schema] of deps.schemas.entries()) {
    for (const asked of slice.versions) {
      if (asked.schema !== place) continue
      const rows = versionRows(schema, asked, await asked.rows)
      deps.writer.putEach(schema.id, rows)
      deps.pace.saw(schema.id, rows)
    }
    const runs = slice.runs.filter((run) => run.schema === place)
    if (runs.length > 0) await settleRuns(deps, schema, place, runs, false)
  }
}

/** What is too much at once is asked again in parts, one after the other; nothing of it has been written until then. */
async function settleRuns(
  deps: SettleDeps,
  schema: PreparedPublicSchema,
  place: number,
  runs: readonly AskedRun[],
  whole: boolean,
): Promise<void> {
  const rows = await rowsOfRuns(deps, schema, place, runs, whole)
  if (rows !== 'too-much') {
    putRows(schema, deps.writer, rows)
    deps.pace.saw(schema.id, rows)
    return
  }
  for (const part of partsOf(runs)) {
    const isOne = part.every(({ keys }) => keys.length === 1) && part.length === 1
    const asked = part.map((run) => askRun(deps.snapshot, run, isOne))
    await settleRuns(deps, schema, place, asked, isOne)
  }
}

async function rowsOfRuns(
  deps: SettleDeps,
  schema: PreparedPublicSchema,
  place: number,
  runs: readonly AskedRun[],
  whole: boolean,
): Promise<readonly RowNow[] | 'too-much'> {
  const own = await rowsOfOwnKeys(schema, runs)
  if (own !== undefined) return own
  const settling = startSettling(schema, deps.writer)
  let isTooMuch = false
  for (const run of runs) {
    const rows = await run.rows
    if (rows === 'too-much') isTooMuch = true
    else if (!isTooMuch) settling.take(run.transformation, run.keys, rows)
  }
  return isTooMuch ? 'too-much' : finishSettling(deps, place, schema, settling, whole)
}

const partsAtOnce = 8

/** The same keys in an eighth as many at once, in the order of their changes. */
function partsOf(runs: readonly Run[]): readonly (readonly Run[])[] {
  const all = runs.flatMap(({ schema, transformation, keys }) =>
    keys.map((changed) => ({ schema, transformation, changed })),
  )
  all.sort((a, b) => a.changed.changedAt - b.changed.changedAt)
  const step = Math.ceil(all.length / partsAtOnce)
  const parts: (readonly Run[])[] = []
  for (let start = 0; start < all.length; start += step) {
    const part = new Map<number, { schema: number; transformation: number; keys: ChangedKey[] }>()
    for (const { schema, transformation, changed } of all.slice(start, start + step)) {
      const run = part.get(transformation) ?? { schema, transformation, keys: [] }
      run.keys.push(changed)
      part.set(transformation, run)
    }
    parts.push([...part.values()])
  }
  return parts
}

/**
 * Of a public schema over one table whose source key is the public row key, most of them: what each key has now, in the
 * order of the changes. No other source key can say more about it. `undefined` where that is not so.
 */
async function rowsOfOwnKeys(
  { transformations }: PreparedPublicSchema,
  [run]: readonly AskedRun[],
): Promise<readonly RowNow[] | 'too-much' | undefined> {
  const { publicKeyOf } = transformations[0] ?? {}
  if (run === undefined || transformations.length > 1 || publicKeyOf === undefined) return undefined
  const given = await run.rows
  if (given === 'too-much') return given
  if (given.length === run.keys.length && given.every(({ ordinal }, place) => ordinal === place)) return given
  const rows: ProjectedRow[] = []
  for (const row of given) {
    if (rows[row.ordinal] !== undefined) return undefined
    rows[row.ordinal] = row
  }
  return run.keys.map(({ key }, place) => rows[place] ?? { key: publicKeyOf(key.id), payload: undefined })
}

/** Asks again for public row keys that may have lost all their rows, such as those of a truncated table. */
export async function settleOrphans(
  deps: SettleDeps,
  place: number,
  schema: PreparedPublicSchema,
  publicKeys: readonly string[],
): Promise<void> {
  const settling = startSettling(schema, deps.writer)
  for (const [place, key] of publicKeys.entries()) settling.orphans.set(key, place)
  const rows = await finishSettling(deps, place, schema, settling, publicKeys.length === 1)
  if (rows !== 'too-much') return putRows(schema, deps.writer, rows)
  const step = Math.ceil(publicKeys.length / partsAtOnce)
  for (let start = 0; start < publicKeys.length; start += step) {
    await settleOrphans(deps, place, schema, publicKeys.slice(start, start + step))
  }
}

/** Rows that were asked for are versions like all others where every version is wanted; those that are known make no event. */
function putRows({ id, everyVersion }: PreparedPublicSchema, writer: EpochWriter, rows: readonly RowNow[]): void {
  if (everyVersion) writer.putEach(id, rows)
  else writer.put(id, rows)
}

/** What each version gave, in order: an image that does not fit the WHERE is as good as a row that is gone. */
function versionRows(
  { transformations }: PreparedPublicSchema,
  { transformation, versions }: KnownVersions,
  rows: readonly ProjectedRow[],
): readonly RowNow[] {
  const { publicKeyOf } = transformations[transformation] ?? {}
  const given = new Map(rows.map((row) => [row.ordinal, row]))
  return versions.map(({ key }, place) => given.get(place) ?? { key: publicKeyOf?.(key.id) ?? '', payload: undefined })
}
