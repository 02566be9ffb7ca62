import type { EpochWriter, PublicRow, SourceKeyRun } from '../domain/event-store.ts'
import { FailureError } from '../domain/failure.ts'
import type { PreparedPublicSchema, ProjectedRow, SourceSnapshot } from '../domain/source.ts'
import type { SourceKey } from '../domain/source-transaction.ts'
import type { KeySlice } from './key-slice.ts'

/** A slice whose first runs are under way at the source. */
export interface AskedSlice {
  readonly runs: readonly AskedRun[]
}

interface AskedRun {
  readonly schema: number
  readonly transformation: number
  readonly keys: readonly SourceKey[]
  readonly rows: Promise<readonly ProjectedRow[]>
}

/** Sends the slice's keys to the source without waiting, so that it works while the slice before is written. */
export function askSlice(snapshot: SourceSnapshot, slice: KeySlice): AskedSlice {
  const runs = slice.transformations().map(({ schema, transformation, keys }): AskedRun => {
    const asked = [...keys.values()]
    const rows = snapshot.project(schema, transformation, asked)
    // Whoever settles the slice sees the failure; until then it must not count as unhandled.
    rows.catch(() => {})
    return { schema, transformation, keys: asked, rows }
  })
  return { runs }
}

/**
 * Writes what the slice's keys give. A public row key that one of them used to produce and none produced now is asked
 * through the other source keys recorded for it; when none of those produces it either, its row is gone.
 */
export async function settleSlice(
  snapshot: SourceSnapshot,
  writer: EpochWriter,
  schemas: readonly PreparedPublicSchema[],
  slice: AskedSlice,
): Promise<void> {
  for (const [place, schema] of schemas.entries()) {
    const runs = slice.runs.filter((run) => run.schema === place)
    if (runs.length === 0) continue
    const settling = startSettling(schema, writer)
    for (const run of runs) settling.take(run.transformation, run.keys, await run.rows)
    await finishSettling(snapshot, place, schema, writer, settling)
  }
}

/** Asks again for public row keys that may have lost all their rows, such as those of a truncated table. */
export async function settleOrphans(
  snapshot: SourceSnapshot,
  writer: EpochWriter,
  place: number,
  schema: PreparedPublicSchema,
  publicKeys: readonly string[],
): Promise<void> {
  const settling = startSettling(schema, writer)
  for (const key of publicKeys) settling.orphans.add(key)
  await finishSettling(snapshot, place, schema, writer, settling)
}

interface Settling {
  /** Payload by public row key. */
  readonly produced: Map<string, string>
  /** Public row keys that were produced before and not yet now. */
  readonly orphans: Set<string>
  readonly lineage: SourceKeyRun[]
  alreadyRun(transformation: number, sourceKey: string): boolean
  take(transformation: number, keys: readonly SourceKey[], rows: readonly ProjectedRow[]): void
}

function startSettling(schema: PreparedPublicSchema, writer: EpochWriter): Settling {
  const produced = new Map<string, string>()
  const orphans = new Set<string>()
  const lineage: SourceKeyRun[] = []
  const ran = schema.transformations.map(() => new Set<string>())

  const accept = ({ key, payload }: ProjectedRow): void => {
    const other = produced.get(key)
    if (other !== undefined && other !== payload) throw twoRows(schema)
    produced.set(key, payload)
    orphans.delete(key)
  }

  const orphan = (publicKeys: readonly string[]): void => {
    for (const key of publicKeys) if (!produced.has(key)) orphans.add(key)
  }

  return {
    produced,
    orphans,
    lineage,
    alreadyRun: (transformation, sourceKey) => ran[transformation]?.has(sourceKey) ?? false,
    take(transformation, keys, rows) {
      const { publicKeyOf } = schema.transformations[transformation] ?? {}
      for (const key of keys) ran[transformation]?.add(key.id)
      rows.forEach(accept)
      if (publicKeyOf !== undefined) {
        if (rows.length < keys.length) orphan(keys.map((key) => publicKeyOf(key.id)))
        return
      }
      const ids = keys.map((key) => key.id)
      orphan(writer.publicKeysOf(schema.id, transformation, ids))
      const publicKeys = keys.map((): string[] => [])
      for (const row of rows) publicKeys[row.ordinal]?.push(row.key)
      keys.forEach((key, place) => {
        lineage.push({
          transformation,
          sourceKey: key.id,
          args: JSON.stringify(key.args === 'gone' || key.args === 'look-up' ? null : key.args),
          publicKeys: [...new Set(publicKeys[place])],
        })
      })
    },
  }
}

async function finishSettling(
  snapshot: SourceSnapshot,
  place: number,
  schema: PreparedPublicSchema,
  writer: EpochWriter,
  settling: Settling,
): Promise<void> {
  writer.recordRuns(schema.id, settling.lineage.splice(0))
  const asked = new Set<string>()
  for (;;) {
    const orphans = [...settling.orphans].filter((key) => !asked.has(key))
    if (orphans.length === 0) break
    for (const key of orphans) asked.add(key)
    // Nothing is asked for keys that nobody has seen: a row that came and went within the epoch.
    for (const next of otherSourceKeys(schema, writer, settling, writer.live(schema.id, orphans))) {
      settling.take(next.transformation, next.keys, await snapshot.project(place, next.transformation, next.keys))
    }
    writer.recordRuns(schema.id, settling.lineage.splice(0))
  }
  const rows: PublicRow[] = []
  for (const [key, payload] of settling.produced) rows.push({ key, payload })
  writer.put(schema.id, rows)
  if (settling.orphans.size > 0) writer.remove(schema.id, [...settling.orphans])
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
            .map((run) => ({
              id: run.sourceKey,
              args: (JSON.parse(run.args) as (string | null)[] | null) ?? 'look-up',
            }))
        : publicKeys.map(sourceKeyOf)
    const keys = candidates.filter((key) => !settling.alreadyRun(transformation, key.id))
    return keys.length === 0 ? [] : [{ transformation, keys }]
  })
}

function twoRows(schema: PreparedPublicSchema): FailureError {
  return new FailureError({
    kind: 'sql',
    policy: 'halt',
    object: schema.id,
    message: `Cannot publish ${schema.id}: its SQL gives two different rows for one key`,
    solution: `Let the SQL give one row for each ${schema.key.join(', ')}, or add a column to the key.`,
  })
}
