import type { EpochWriter, SourceKeyRun } from '../../domain/event-store.ts'
import { endAt, type PlainEvent } from './store-folder.ts'

/** One thing done to an open epoch. Keys and values are small numbers, so that they meet often. */
export type Step =
  | { readonly act: 'put'; readonly schema: number; readonly rows: readonly (readonly [key: number, value: number])[] }
  | { readonly act: 'remove'; readonly schema: number; readonly keys: readonly number[] }
  | {
      readonly act: 'run'
      readonly schema: number
      readonly runs: readonly (readonly [sourceKey: number, args: number, publicKeys: readonly number[]])[]
    }

export const modelSchemas = ['schema-0', 'schema-1'] as const
export const modelKeys = Array.from({ length: 8 }, (_, i) => `[${i}]`)
const sourceKeys = Array.from({ length: 6 }, (_, i) => `["s${i}"]`)

/** Does the step to the store. */
export function take(writer: EpochWriter, step: Step): void {
  const schema = `schema-${step.schema}`
  if (step.act === 'put') writer.put(schema, step.rows.map(toRow))
  else if (step.act === 'remove') writer.remove(schema, step.keys.map(keyOf))
  else writer.recordRuns(schema, step.runs.map(toRun))
}

/** What the store must hold after these closed epochs, made in the plainest way: no chunks, no offsets, no undoing. */
export interface Model {
  close(steps: readonly Step[]): void
  readonly epochs: readonly (readonly PlainEvent[])[]
  /** All of them in order, with their schemas. */
  events(): readonly (PlainEvent & { readonly schema: string })[]
  derived(): Derived
  /** As `derived` would be within an open epoch of these steps. */
  within(steps: readonly Step[]): Derived
}

/** Everything that is derived from the log, as text. */
export interface Derived {
  readonly live: readonly string[]
  readonly runs: readonly string[]
}

interface State {
  readonly rows: ReadonlyMap<string, string>
  readonly runs: ReadonlyMap<string, SourceKeyRun>
}

export function createModel(): Model {
  const epochs: PlainEvent[][] = []
  const all: (PlainEvent & { readonly schema: string })[] = []
  let state: State = { rows: new Map(), runs: new Map() }
  return {
    close: (steps) => {
      const after = apply(state, steps)
      const events = touched(steps).flatMap((place) => {
        const found = eventBetween(place, state.rows.get(place), after.rows.get(place))
        all.push(...found.map((event) => ({ ...event, schema: place.split(' ')[0] ?? '' })))
        return found
      })
      if (events.length > 0) epochs.push(events)
      state = after
    },
    epochs,
    events: () => all,
    derived: () => derive(state),
    within: (steps) => derive(apply(state, steps)),
  }
}

/** The same of a store, through an open epoch. */
export function derivedOf(writer: EpochWriter): Derived {
  const live = modelSchemas.flatMap((schema) => {
    const found = writer.liveAfter(schema, undefined, 100)
    const asked = [...writer.live(schema, modelKeys)].sort()
    if (asked.join() !== found.join()) throw new Error(`live says ${asked.join()}, liveAfter says ${found.join()}`)
    return found.map((key) => `${schema} ${key}`)
  })
  const runs = modelSchemas.flatMap((schema) => [
    ...sourceKeys.flatMap((key) => forward(schema, key, writer.runsOf(schema, 0, [key]).get(key)?.publicKeys ?? [])),
    ...modelKeys.flatMap((key) => writer.sourceKeysOf(schema, [key]).map((found) => backward(schema, key, found))),
  ])
  return { live: live.sort(), runs: runs.sort() }
}

/** The end of the n-th epoch of these tests. */
export const closeAt = (epoch: number) => endAt(epoch)

function apply(state: State, steps: readonly Step[]): State {
  const rows = new Map(state.rows)
  const runs = new Map(state.runs)
  for (const step of steps) {
    if (step.act === 'put') for (const row of step.rows) rows.set(placeOf(step.schema, row[0]), toRow(row).payload)
    else if (step.act === 'remove') for (const key of step.keys) rows.delete(placeOf(step.schema, key))
    else for (const run of step.runs) runs.set(`schema-${step.schema} ${run[0]}`, toRun(run))
  }
  return { rows, runs }
}

/** Keys that the steps name, in the order of the last time. */
function touched(steps: readonly Step[]): readonly string[] {
  const places = new Set<string>()
  for (const step of steps) {
    const keys = step.act === 'put' ? step.rows.map(([key]) => key) : step.act === 'remove' ? step.keys : []
    for (const key of keys) {
      const place = placeOf(step.schema, key)
      places.delete(place)
      places.add(place)
    }
  }
  return [...places]
}

function eventBetween(place: string, before: string | undefined, now: string | undefined): PlainEvent[] {
  const key = place.split(' ')[1] ?? ''
  if (before === now) return []
  if (now === undefined) return [{ operation: 'delete', key, payload: before ?? '' }]
  return [{ operation: before === undefined ? 'insert' : 'update', key, payload: now }]
}

function derive({ rows, runs }: State): Derived {
  const lines = [...runs].flatMap(([place, run]) => {
    const schema = place.split(' ')[0] ?? ''
    const keys = [...new Set(run.publicKeys)].sort()
    return [...forward(schema, run.sourceKey, keys), ...keys.map((key) => backward(schema, key, run))]
  })
  return { live: [...rows.keys()].sort(), runs: lines.sort() }
}

function forward(schema: string, sourceKey: string, publicKeys: readonly string[]): string[] {
  return publicKeys.length === 0 ? [] : [`${schema} ${sourceKey} -> ${[...publicKeys].sort().join()}`]
}

function backward(schema: string, key: string, run: Omit<SourceKeyRun, 'publicKeys'>): string {
  return `${schema} ${key} <- ${run.transformation} ${run.sourceKey} ${run.args}`
}

function toRow([key, value]: readonly [number, number]) {
  return { key: keyOf(key), payload: `{"v":${value}}` }
}

function toRun([sourceKey, args, publicKeys]: readonly [number, number, readonly number[]]): SourceKeyRun {
  return {
    transformation: 0,
    sourceKey: sourceKeys[sourceKey] ?? '',
    args: `["${args}"]`,
    publicKeys: publicKeys.map(keyOf),
  }
}

function placeOf(schema: number, key: number): string {
  return `schema-${schema} ${keyOf(key)}`
}

function keyOf(key: number): string {
  return `[${key}]`
}
