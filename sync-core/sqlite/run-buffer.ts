import type { SourceKeyRun } from '../domain/event-store.ts'
import type { Lineage, RecordedKey, RecordedRuns, StoredRun } from './lineage.ts'

/** Source key runs of an open epoch since its last chunk: the last run of each source key. */
export interface RunBuffer {
  record(schema: number, runs: readonly SourceKeyRun[]): void
  runsOf(schema: number, transformation: number, sourceKeys: readonly string[]): RecordedRuns
  sourceKeysOf(schema: number, publicKeys: readonly string[]): readonly RecordedKey[]
  runs(): readonly StoredRun[]
  readonly size: number
  clear(): void
}

export function createRunBuffer(lineage: Lineage): RunBuffer {
  const held = new Map<string, Map<string, StoredRun>>()
  let size = 0

  const heldOf = (schema: number, transformation: number) => {
    const place = `${schema}/${transformation}`
    const found = held.get(place) ?? new Map<string, StoredRun>()
    held.set(place, found)
    return found
  }

  return {
    record: (schema, runs) => {
      for (const { transformation, sourceKey, args, publicKeys } of runs) {
        const place = heldOf(schema, transformation)
        if (!place.has(sourceKey)) size += 1
        const sorted = publicKeys.length < 2 ? publicKeys : [...new Set(publicKeys)].sort()
        place.set(sourceKey, { schema, transformation, sourceKey, args, publicKeys: sorted })
      }
    },
    runsOf: (schema, transformation, sourceKeys) => {
      const place = heldOf(schema, transformation)
      const stored = lineage.runsOf(
        schema,
        transformation,
        sourceKeys.filter((key) => !place.has(key)),
      )
      const found = new Map(stored)
      for (const key of sourceKeys) {
        const run = place.get(key)
        if (run !== undefined) found.set(key, run)
      }
      return found
    },
    sourceKeysOf: (schema, publicKeys) => {
      const asked = new Set(publicKeys)
      const stored = lineage
        .sourceKeysOf(schema, [...asked])
        .filter((found) => !heldOf(schema, found.transformation).has(found.sourceKey))
      return [
        ...stored,
        ...heldRuns(held)
          .filter((run) => gave(run, schema, asked))
          .map(toRecordedKey),
      ]
    },
    runs: () => heldRuns(held),
    get size() {
      return size
    },
    clear: () => {
      held.clear()
      size = 0
    },
  }
}

function heldRuns(held: ReadonlyMap<string, ReadonlyMap<string, StoredRun>>): readonly StoredRun[] {
  return [...held.values()].flatMap((place) => [...place.values()])
}

function gave(run: StoredRun, schema: number, asked: ReadonlySet<string>): boolean {
  return run.schema === schema && run.publicKeys.some((key) => asked.has(key))
}

function toRecordedKey({ transformation, sourceKey, args }: StoredRun): RecordedKey {
  return { transformation, sourceKey, args }
}
