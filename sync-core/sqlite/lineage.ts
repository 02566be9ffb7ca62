import type { Database } from 'better-sqlite3'
import type { RecordedRun, SourceKeyRun } from '../domain/event-store.ts'
import { batchInsert } from './batch-insert.ts'

export type RecordedKey = Omit<SourceKeyRun, 'publicKeys'>

export interface StoredRun extends SourceKeyRun {
  readonly schema: number
}

/** By source key. */
export type RecordedRuns = ReadonlyMap<string, RecordedRun>

/**
 * Which public row keys each source key gave the last time its SQL was run, findable from both sides. One that gave none is
 * recorded too, with what it was run with: it may have come to give some since, by a change of another table.
 */
export interface Lineage {
  runsOf(schema: number, transformation: number, sourceKeys: readonly string[]): RecordedRuns
  sourceKeysOf(schema: number, publicKeys: readonly string[]): readonly RecordedKey[]
  /** Replaces what is recorded of these source keys; part of the transaction under way. `undoFor`: an epoch that stays open. */
  save(runs: readonly StoredRun[], undoFor: number | undefined): void
  /** Makes everything as it was before that epoch; part of the transaction under way. */
  undo(epoch: number): void
  /** The epoch is closed: there is nothing to undo any more. */
  settle(epoch: number): void
}

// `cross join`: in this order, the keys asked first.
const sourceKeysSql = `
  select distinct p.transformation, p.source_key, r.args
  from json_each(?) asked
  cross join public_source p on p.schema = ? and p.public_key = asked.value
  cross join source_run r
    on r.schema = p.schema and r.transformation = p.transformation and r.source_key = p.source_key`

const runsSql = `
  select r.source_key, r.args, r.public_keys
  from json_each(?) asked
  cross join source_run r on r.schema = ? and r.transformation = ? and r.source_key = asked.value`

const undoRunsSql = `
  select schema, transformation, source_key, args, public_keys from run_undo where epoch = ?`

export function openLineage(database: Database): Lineage {
  const sourceKeys = database.prepare<[string, number], [number, string, string]>(sourceKeysSql).raw()
  const recorded = database.prepare<[string, number, number], [string, string, string]>(runsSql).raw()
  const undoRuns = database.prepare<[number], [number, number, string, string | null, string | null]>(undoRunsSql).raw()
  const forget = database.prepare<[number, number, string]>(
    'delete from source_run where schema = ? and transformation = ? and source_key = ?',
  )
  const forgetPublic = database.prepare<[number, string, number, string]>(
    'delete from public_source where schema = ? and public_key = ? and transformation = ? and source_key = ?',
  )
  const settle = database.prepare<[number]>('delete from run_undo where epoch = ?')
  const insertRuns = batchInsert({ database, columns: 5, head: 'insert or replace into source_run' })
  const insertPublic = batchInsert({ database, columns: 4, head: 'insert or ignore into public_source' })
  const insertUndo = batchInsert({ database, columns: 6, head: 'insert or ignore into run_undo' })

  const saveGroup = (runs: readonly StoredRun[], undoFor: number | undefined) => {
    const [first] = runs
    if (first === undefined) return
    const { schema, transformation } = first
    const asked = JSON.stringify(runs.map((run) => run.sourceKey))
    const stored = new Map(recorded.all(asked, schema, transformation).map((row) => [row[0], row]))
    const changed = runs.filter((run) => differs(run, stored.get(run.sourceKey)))
    if (undoFor !== undefined) {
      insertUndo(
        changed.flatMap(({ sourceKey }) => {
          const [, args = null, keys = null] = stored.get(sourceKey) ?? []
          return [undoFor, schema, transformation, sourceKey, args, keys]
        }),
      )
    }
    for (const { sourceKey, args, publicKeys: now } of changed) {
      const before = stored.get(sourceKey)
      if (before === undefined) continue
      for (const key of parseKeys(before[2])) {
        if (!now.includes(key)) forgetPublic.run(schema, key, transformation, sourceKey)
      }
      if (!isKept({ args, publicKeys: now })) forget.run(schema, transformation, sourceKey)
    }
    const given = changed.filter(isKept)
    insertRuns(
      given.flatMap((run) => [schema, transformation, run.sourceKey, run.args, JSON.stringify(run.publicKeys)]),
    )
    insertPublic(given.flatMap((run) => run.publicKeys.flatMap((key) => [schema, key, transformation, run.sourceKey])))
  }

  const save = (runs: readonly StoredRun[], undoFor: number | undefined) => {
    const groups = Map.groupBy(runs, (run) => `${run.schema}/${run.transformation}`)
    for (const group of groups.values()) saveGroup(group, undoFor)
  }

  return {
    runsOf: (schema, transformation, keys) => {
      if (keys.length === 0) return new Map()
      const found = recorded.all(JSON.stringify(keys), schema, transformation)
      return new Map(found.map(([sourceKey, args, gave]) => [sourceKey, { args, publicKeys: parseKeys(gave) }]))
    },
    sourceKeysOf: (schema, keys) =>
      sourceKeys
        .all(JSON.stringify(keys), schema)
        .map(([transformation, sourceKey, args]) => ({ transformation, sourceKey, args })),
    save,
    undo: (epoch) => {
      const before = undoRuns.all(epoch).map(([schema, transformation, sourceKey, args, keys]) => ({
        schema,
        transformation,
        sourceKey,
        args: args ?? notRun,
        publicKeys: keys === null ? [] : parseKeys(keys),
      }))
      save(before, undefined)
      settle.run(epoch)
    },
    settle: (epoch) => {
      settle.run(epoch)
    },
  }
}

/** Of a source key that is gone, or whose values the snapshot had to tell. */
const notRun = JSON.stringify(null)

function isKept({ args, publicKeys }: RecordedRun): boolean {
  return publicKeys.length > 0 || args !== notRun
}

function differs(run: StoredRun, stored: [string, string, string] | undefined): boolean {
  if (stored === undefined) return isKept(run)
  return run.args !== stored[1] || JSON.stringify(run.publicKeys) !== stored[2]
}

function parseKeys(text: string): readonly string[] {
  const keys: unknown = JSON.parse(text)
  return Array.isArray(keys) ? keys.map(String) : []
}
