import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { EpochEnd, EventStore } from '../../domain/event-store.ts'
import type { Log } from '../../domain/log.ts'
import { toLsn } from '../../domain/lsn.ts'
import { openEventStore } from '../open-event-store.ts'

export const silentLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/** A new folder, gone after the test. */
export function storeFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rejot-store-'))
  test.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** An event store in a folder of its own, closed after the test. */
export function openStore(test: TestContext, stateDir = storeFolder(test)): EventStore {
  const store = openEventStore({ stateDir, log: silentLog })
  test.after(() => store.close())
  return store
}

/** The end of an epoch at an LSN. */
export function endAt(lsn: number, source = 'source', receivedAt = lsn): EpochEnd {
  const at = toLsn(lsn)
  return {
    checkpoint: { source, throughLsn: at, owed: [], confirmedLsn: at, server: { systemIdentifier: '7', timeline: 1 } },
    lsn: at,
    receivedAt,
    kind: 'live',
  }
}

/** Rows `{"v":…}` by key. */
export function rows(values: Readonly<Record<string, string>>) {
  return Object.entries(values).map(([key, value]) => ({ key: `["${key}"]`, payload: `{"v":"${value}"}` }))
}

export interface PlainEvent {
  readonly operation: string
  readonly key: string
  readonly payload: string
}

/** Everything a consumer of these schemas can see, epoch by epoch. */
export function readAll(store: EventStore, source: string, schemas: readonly string[]): readonly PlainEvent[][] {
  return store
    .epochsAfter(source, store.head('nobody'), Number.MAX_SAFE_INTEGER)
    .map((epoch) =>
      store
        .events({ epochs: [epoch], schemas, after: store.head('nobody'), limit: 1_000_000, maxBytes: 1e9 })
        .map(({ operation, key, payload }) => ({ operation, key, payload })),
    )
}

function ignore(): void {}
