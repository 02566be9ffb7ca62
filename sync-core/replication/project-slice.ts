import type { EpochWriter, RowNow, SourceKeyRun } from '../domain/event-store.ts'
import { PublicSchemaError } from '../domain/failure.ts'
import type { PreparedPublicSchema, ProjectedRow, SourceSnapshot } from '../domain/source.ts'
import type { SourceKey } from '../domain/source-transaction.ts'
import type { ChangedKey, KeySlice } from './key-slice.ts'
import type { KnownVersions } from './restore-versions.ts'
import type { RowPace } from './row-pace.ts'

/** A slice whose first runs are under way at the source. */
export interface AskedSlice {
  readonly runs: readonly AskedRun[]
  readonly versions: readonly AskedVersions[]
}

interface AskedVersions extends KnownVersions {
  readonly rows: Promise<readonly ProjectedRow[]>
}

interface Run {
  readonly schema: number
  readonly transformation: number
  readonly keys: readonly ChangedKey[]
}

interface AskedRun extends Run {
  readonly rows: Promise<Answer>
}

type Answer = readonly ProjectedRow[] | 'too-much'

/** Sends the slice's keys to the source without waiting, so that it works while the slice before is written. */
export function askSlice(snapshot: SourceSnapshot, slice: KeySlice, known: readonly KnownVersions[]): AskedSlice {
  const runs = slice
    .transformations()
    .map((run): AskedRun => askRun(snapshot, { ...run, keys: [...run.keys.values()] }, false))
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

interface Settling {
  readonly produced: Map<string, ProducedRow>
  /** Public row keys that were produced before and not yet now, with the place of the change that says so. */
  readonly orphans: Map<string, number>
  readonly lineage: SourceKeyRun[]
  /** By transformation and arguments, what changed source keys were run with before, and are not any more. */
  readonly former: Map<string, FormerRun>
  orphan(publicKey: string, changedAt: number): void
  alreadyRun(transformation: number, sourceKey: string): boolean
  take(transformation: number, keys: readonly ChangedKey[], rows: readonly ProjectedRow[]): void
}

interface FormerRun extends ChangedKey {
  readonly transformation: number
}

interface ProducedRow {
  readonly payload: string
  /** Of the last change among the source keys that gave it, or used to. */
  readonly changedAt: number
}

function startSettling(schema: PreparedPublicSchema, writer: EpochWriter): Settling {
  const produced = new Map<string, ProducedRow>()
  const orphans = new Map<string, number>()
  const lineage: SourceKeyRun[] = []
  const former = new Map<string, FormerRun>()
  const ran = schema.transformations.map(() => new Set<string>())

  const accept = ({ key, payload }: ProjectedRow, changedAt: number): void => {
    const other = produced.get(key)
    if (other !== undefined && other.payload !== payload) throw twoRows(schema)
    produced.set(key, { payload, changedAt: Math.max(changedAt, other?.changedAt ?? 0, orphans.get(key) ?? 0) })
    orphans.delete(key)
  }

  const orphan = (key: string, changedAt: number): void => {
    const row = produced.get(key)
    if (row === undefined) orphans.set(key, Math.max(changedAt, orphans.get(key) ?? 0))
    else if (row.changedAt < changedAt) produced.set(key, { ...row, changedAt })
  }

  return {
    produced,
    orphans,
    lineage,
    former,
    orphan,
    alreadyRun: (transformation, sourceKey) => ran[transformation]?.has(sourceKey) ?? false,
    take(transformation, keys, rows) {
      const { publicKeyOf } = schema.transformations[transformation] ?? {}
      for (const { key } of keys) ran[transformation]?.add(key.id)
      for (const row of rows) accept(row, keys[row.ordinal]?.changedAt ?? 0)
      if (publicKeyOf !== undefined) {
        if (rows.length < keys.length) for (const { key, changedAt } of keys) orphan(publicKeyOf(key.id), changedAt)
        return
      }
      const ids = keys.map(({ key }) => key.id)
      const before = writer.runsOf(schema.id, transformation, ids)
      // Which of them it was matters only for the order, and the order only where a row may be gone.
      if ([...before.values()].some(({ publicKeys }) => publicKeys.some((key) => !produced.has(key)))) {
        for (const { key, changedAt } of keys) {
          for (const gave of before.get(key.id)?.publicKeys ?? []) orphan(gave, changedAt)
        }
      }
      const publicKeys = keys.map((): string[] => [])
      for (const row of rows) publicKeys[row.ordinal]?.push(row.key)
      keys.forEach(({ key, changedAt }, place) => {
        const args = JSON.stringify(key.args === 'gone' || key.args === 'look-up' ? null : key.args)
        lineage.push({ transformation, sourceKey: key.id, args, publicKeys: [...new Set(publicKeys[place])] })
        const left = before.get(key.id)?.args ?? args
        const values = argsOf(left)
        if (left === args || values === 'look-up') return
        former.set(`${transformation} ${left}`, { transformation, key: { id: key.id, args: values }, changedAt })
      })
    },
  }
}

/** Records what was run, once all of it is here, and returns what there is now of each public row key. */
async function finishSettling(
  { snapshot, writer }: SettleDeps,
  place: number,
  schema: PreparedPublicSchema,
  settling: Settling,
  whole: boolean,
): Promise<readonly RowNow[] | 'too-much'> {
  if (await askFormer(snapshot, place, settling, whole)) return 'too-much'
  const asked = new Set<string>()
  for (;;) {
    const orphans = [...settling.orphans.keys()].filter((key) => !asked.has(key))
    if (orphans.length === 0) break
    for (const key of orphans) asked.add(key)
    // Nothing is asked for keys that nobody has seen: a row that came and went within the epoch.
    for (const next of otherSourceKeys(schema, writer, settling, writer.live(schema.id, orphans))) {
      const rows = await snapshot.project(place, next.transformation, next.keys, whole)
      if (rows === 'too-much') return rows
      settling.take(
        next.transformation,
        next.keys.map((key) => ({ key, changedAt: 0 })),
        rows,
      )
    }
  }
  writer.recordRuns(schema.id, settling.lineage)
  return inOrder(settling)
}

/**
 * What a source key gave when it was run last is not all that it would have given since: another table may have let more
 * of its rows in. So what it was run with is run once more, and what that gives is asked through whoever gives it now.
 * Returns whether that was too much at once.
 */
async function askFormer(
  snapshot: SourceSnapshot,
  place: number,
  { former, orphan }: Settling,
  whole: boolean,
): Promise<boolean> {
  for (const [transformation, runs] of Map.groupBy(former.values(), (run) => run.transformation)) {
    const keys = runs.map(({ key }) => key)
    const rows = await snapshot.project(place, transformation, keys, whole)
    if (rows === 'too-much') return true
    for (const { key, ordinal } of rows) orphan(key, runs[ordinal]?.changedAt ?? 0)
  }
  return false
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

/**
 * Upserts and deletes in one sequence, as the source made its last change to each: what was allowed there in this order
 * is allowed at a destination with the same constraints. A value that moves from a deleted row to a new one is let go first.
 */
function inOrder({ produced, orphans }: Settling): readonly RowNow[] {
  const rows: (RowNow & { readonly changedAt: number })[] = []
  for (const [key, { payload, changedAt }] of produced) rows.push({ key, payload, changedAt })
  for (const [key, changedAt] of orphans) rows.push({ key, payload: undefined, changedAt })
  return rows.sort((a, b) => a.changedAt - b.changedAt)
}

/** Source keys that may still produce these public row keys and have not been run in this slice. */
function otherSourceKeys(
  schema: PreparedPublicSchema,
  writer: EpochWriter,
  settling: Settling,
  publicKeys: readonly string[],
): readonly { readonly transformation: number; readonly keys: readonly SourceKey[] }[] {
  if (publicKeys.length === 0) return []
  const recorded = writer.sourceKeysOf(schema.id, publicKeys)
  return schema.transformations.flatMap(({ sourceKeyOf }, transformation) => {
    const candidates: SourceKey[] =
      sourceKeyOf === undefined
        ? recorded
            .filter((run) => run.transformation === transformation)
            .map((run) => ({ id: run.sourceKey, args: argsOf(run.args) }))
        : publicKeys.map(sourceKeyOf)
    const keys = candidates.filter((key) => !settling.alreadyRun(transformation, key.id))
    return keys.length === 0 ? [] : [{ transformation, keys }]
  })
}

function argsOf(recorded: string): readonly (string | null)[] | 'look-up' {
  return (JSON.parse(recorded) as (string | null)[] | null) ?? 'look-up'
}

function twoRows(schema: PreparedPublicSchema): PublicSchemaError {
  return new PublicSchemaError(schema.id, {
    kind: 'sql',
    policy: 'halt',
    object: schema.id,
    message: `Cannot publish ${schema.id}: its SQL gives two different rows for one key`,
    solution: `Let the SQL give one row for each ${schema.key.join(', ')}, or add a column to the key.`,
  })
}
