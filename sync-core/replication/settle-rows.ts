import type { EpochWriter, RowNow, SourceKeyRun } from '../domain/event-store.ts'
import { PublicSchemaError } from '../domain/failure.ts'
import type { PreparedPublicSchema, ProjectedRow, SourceSnapshot } from '../domain/source.ts'
import type { SourceKey } from '../domain/source-transaction.ts'
import type { ChangedKey } from './key-slice.ts'

/**
 * What became of public row keys: gathered from what changed source keys give now, from what they are recorded to have
 * given, and from the other source keys that may still give it.
 */
export interface Settling {
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

export function startSettling(schema: PreparedPublicSchema, writer: EpochWriter): Settling {
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
export async function finishSettling(
  { snapshot, writer }: { readonly snapshot: SourceSnapshot; readonly writer: EpochWriter },
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
