import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { EventStore } from '../domain/event-store.ts'
import { type Offset, toOffset, zeroOffset } from '../domain/offset.ts'
import type { ForgetRequest } from '../domain/retention.ts'
import { storedEvents } from '../testing/stored-events.ts'
import { openEventReader } from './open-event-reader.ts'
import { openEventStore } from './open-event-store.ts'
import { storePath } from './store-connection.ts'
import { writeFirstVersion } from './testing/first-version.ts'
import { closeAt, createModel, derivedOf, type Model, modelSchemas, take } from './testing/model.ts'
import { epochArbitrary } from './testing/step-arbitraries.ts'
import { endAt, openStore, readAll, rows, silentLog, storeFolder } from './testing/store-folder.ts'

const everything = { storedBefore: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER }

/** Removes all that may go; steps as small as they get. */
function forget(store: EventStore, request: Partial<ForgetRequest> = {}) {
  const whole = { source: 'source', applied: store.head('source'), ...everything, budgetMs: 0, ...request }
  for (let steps = 0; steps < 100_000; steps++) {
    const forgotten = store.retention.forget({ ...whole, budgetMs: 0.01 })
    if (forgotten !== 'more') return forgotten
  }
  return assert.fail('it does not end')
}

/** The state of a public schema as a consumer that begins anew gets it, in stretches of two events. */
function stateAt(store: EventStore, schema: string, asOf: Offset): readonly string[] {
  const found: string[] = []
  for (let after = zeroOffset; after < asOf; ) {
    const to = store.stretchEnd(after, asOf, 2)
    const epochs = [{ id: 0, firstOffset: toOffset(after + 1), lastOffset: to }]
    for (let last: Offset | undefined = after; last !== undefined; ) {
      const [event] = store.events({ epochs, schemas: [schema], after: last, limit: 1, maxBytes: 1, asOf })
      if (event !== undefined) found.push(`${event.key} ${event.payload}`)
      last = event?.offset
    }
    after = to
  }
  return found.sort()
}

function run(
  seed: readonly (typeof epochArbitrary extends fc.Arbitrary<infer E> ? E : never)[],
  floors: readonly number[],
) {
  const stateDir = mkdtempSync(join(tmpdir(), 'rejot-retention-'))
  const open = () => openEventStore({ stateDir, log: silentLog, chunkEvents: 3 })
  let store = open()
  try {
    const model = createModel()
    const ends: Offset[] = []
    const states: ReadonlyMap<string, readonly string[]>[] = []
    seed.forEach(({ steps, end }, place) => {
      const writer = store.openEpoch('source')
      for (const step of steps) take(writer, step)
      if (end === 'close') {
        const head = store.head('source')
        const closed = writer.close(closeAt(place))
        model.close(steps)
        if (closed > head) {
          ends.push(closed)
          states.push(liveRows(model))
        }
      } else if (end === 'discard') writer.discard()
      else {
        store.close()
        store = open()
      }
      const applied = ends[Math.floor((floors[place % floors.length] ?? 0) * ends.length)] ?? zeroOffset
      forget(store, { applied })
      expectSame(store, model, ends, states, applied)
    })
  } finally {
    store.close()
    rmSync(stateDir, { recursive: true, force: true })
  }
}

function expectSame(
  store: EventStore,
  model: Model,
  ends: readonly Offset[],
  states: readonly ReadonlyMap<string, readonly string[]>[],
  applied: Offset,
) {
  // Derived from the log: live keys and lineage are what they were.
  const writer = store.openEpoch('source')
  assert.deepEqual(derivedOf(writer), model.derived())
  writer.discard()
  const total = model.epochs.reduce((sum, epoch) => sum + epoch.length, 0)
  assert.equal(store.size().events, total)
  // What a consumer that has applied everything up to the floor still needs is whole.
  const from = ends.indexOf(applied) + 1
  const whole = readAll(store, 'source', modelSchemas)
  assert.deepEqual(whole.slice(whole.length - (ends.length - from)), model.epochs.slice(from))
  const pendingHere = model.epochs.slice(from).reduce((sum, epoch) => sum + epoch.length, 0)
  for (const schema of modelSchemas) assert.ok(store.retention.completeFrom(schema) <= applied)
  assert.equal(store.pending('source', modelSchemas, applied), pendingHere)
  assert.ok(store.pending('source', modelSchemas, zeroOffset) <= total)
  // Each state from where history begins can be given.
  ends.forEach((end, place) => {
    for (const schema of modelSchemas) {
      if (end < store.retention.completeFrom(schema)) continue
      assert.deepEqual(stateAt(store, schema, end), states[place]?.get(schema) ?? [])
    }
  })
}

function liveRows(model: Model): ReadonlyMap<string, readonly string[]> {
  const rowsBySchema = new Map<string, readonly string[]>()
  for (const schema of modelSchemas) {
    const live = new Map<string, string>()
    for (const { schema: of, operation, key, payload } of model.events()) {
      if (of !== schema) continue
      if (operation === 'delete') live.delete(key)
      else live.set(key, payload)
    }
    rowsBySchema.set(schema, [...live].map(([key, payload]) => `${key} ${payload}`).sort())
  }
  return rowsBySchema
}

test('whatever was stored, and however far it was applied, what is kept gives every state from where history begins', () => {
  const floor = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.array(epochArbitrary, { maxLength: 9 }), fc.array(floor, { minLength: 1, maxLength: 4 }), run),
    { numRuns: 120, seed: 20_261_121 },
  )
})

const schema = 'people'

function write(store: EventStore, lsn: number, values: Readonly<Record<string, string>>, source = 'source') {
  const writer = store.openEpoch(source)
  writer.put(schema, rows(values))
  return writer.close(endAt(lsn, source))
}

function stored(stateDir: string): number {
  return storedEvents({ stateDir }).length
}

test('a live row is kept for ever, a deleted one until its history goes', (t) => {
  const stateDir = storeFolder(t)
  const store = openStore(t, stateDir)
  write(store, 1, { a: '1', b: '1' })
  for (let lsn = 2; lsn <= 9; lsn++) write(store, lsn, { a: String(lsn) })
  const writer = store.openEpoch('source')
  writer.remove(schema, ['["b"]'])
  writer.close(endAt(10))
  write(store, 11, { c: '1' })
  assert.equal(stored(stateDir), 12)
  assert.equal(forget(store, { storedBefore: 0 }), 'done')
  assert.equal(stored(stateDir), 12, 'nothing is old enough')
  assert.equal(forget(store), 'done')
  assert.equal(stored(stateDir), 2)
  write(store, 12, { b: '2' })
  assert.equal(readAll(store, 'source', [schema]).at(-1)?.[0]?.operation, 'insert')
})

test('history that a consumer has not applied is held, and nothing goes while an epoch is open', (t) => {
  const stateDir = storeFolder(t)
  const store = openStore(t, stateDir)
  const applied = write(store, 1, { a: '1' })
  for (let lsn = 2; lsn <= 5; lsn++) write(store, lsn, { a: String(lsn) })
  const writer = store.openEpoch('source')
  assert.equal(forget(store), 'done')
  assert.equal(stored(stateDir), 5)
  writer.discard()
  assert.equal(forget(store, { applied }), 'held')
  assert.equal(stored(stateDir), 5)
  assert.equal(forget(store), 'done')
  assert.equal(stored(stateDir), 2, 'the newest epoch, and the row before it that it has not been walked for')
})

test('past its size the oldest goes first, and only as much as is too much', (t) => {
  const store = openStore(t)
  const payload = 'x'.repeat(1_000)
  for (let lsn = 1; lsn <= 200; lsn++) {
    write(store, lsn, Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, `${lsn}${payload}`])))
  }
  const maxBytes = 2_000_000
  assert.ok(store.retention.usedBytes() > maxBytes)
  forget(store, { storedBefore: 0, maxBytes })
  assert.ok(store.retention.usedBytes() <= maxBytes)
  assert.ok(store.retention.usedBytes() > maxBytes * 0.9)
  assert.ok(readAll(store, 'source', [schema]).at(-50)?.length === 20)
})

test('space that history took goes back to the disk', (t) => {
  const stateDir = storeFolder(t)
  const store = openStore(t, stateDir)
  const payload = 'x'.repeat(1_000)
  for (let lsn = 1; lsn <= 400; lsn++) {
    write(store, lsn, Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, `${lsn}${payload}`])))
  }
  store.checkpoint()
  const before = statSync(storePath(stateDir)).size
  assert.ok(before > 12_000_000)
  forget(store)
  while (store.retention.shrink(1));
  store.checkpoint()
  store.close()
  assert.ok(statSync(storePath(stateDir)).size < before / 3, `${statSync(storePath(stateDir)).size} of ${before}`)
})

test('an event that a dead letter shows stays until the dead letter goes', (t) => {
  const stateDir = storeFolder(t)
  const store = openStore(t, stateDir)
  const offset = write(store, 1, { a: '1' })
  write(store, 2, { a: '2' })
  write(store, 3, { b: '1' })
  const entry = { consumer: 'c', offset, schema, key: '["a"]', sqlstate: '23505', message: 'no', at: 5 }
  store.deadLetters.add({ ...entry, constraint: undefined, detail: undefined })
  forget(store)
  assert.deepEqual(
    store.deadLetters.list('c', 10).map((letter) => letter.payload),
    ['{"v":"1"}'],
  )
  assert.equal(stored(stateDir), 3)
  assert.deepEqual(stateAt(store, schema, store.head('source')), ['["a"] {"v":"2"}', '["b"] {"v":"1"}'])
  store.deadLetters.remove('c', offset)
  forget(store)
  assert.equal(stored(stateDir), 2)
})

test('the delete of a row that has a dead letter stays until the dead letter goes', (t) => {
  const stateDir = storeFolder(t)
  const store = openStore(t, stateDir)
  write(store, 1, { a: '1' })
  const offset = write(store, 2, { a: '2' })
  const writer = store.openEpoch('source')
  writer.remove(schema, ['["a"]'])
  writer.close(endAt(3))
  write(store, 4, { b: '1' })
  const entry = { consumer: 'c', offset, schema, key: '["a"]', sqlstate: '23505', message: 'no', at: 5 }
  store.deadLetters.add({ ...entry, constraint: undefined, detail: undefined })
  forget(store)
  const last = () => store.lastEvents(schema, ['["a"]'], store.head('source')).map(({ operation }) => operation)
  assert.deepEqual(last(), ['delete'])
  store.deadLetters.remove('c', offset)
  forget(store)
  assert.deepEqual(last(), [])
  assert.equal(stored(stateDir), 1)
})

test('readers say where history begins, and show no change against a row that is gone', (t) => {
  const stateDir = storeFolder(t)
  writeFirstVersion(stateDir)
  const old = openEventReader({ stateDir })
  assert.equal(old.page({ filter: {}, limit: 9 }).historyFrom, undefined, 'an older file is read as it is')
  old.close()
  rmSync(storePath(stateDir))
  const store = openStore(t, stateDir)
  for (let lsn = 1; lsn <= 5; lsn++) write(store, lsn, { a: String(lsn) })
  const reader = openEventReader({ stateDir })
  t.after(() => reader.close())
  assert.equal(reader.page({ filter: {}, limit: 9 }).historyFrom, undefined)
  forget(store)
  const page = reader.page({ filter: {}, limit: 9 })
  assert.deepEqual(page.historyFrom, { offset: 5, receivedAt: 5 })
  assert.deepEqual(
    page.rows.map(({ offset, changed }) => ({ offset, changed })),
    [
      { offset: 5, changed: ['v'] },
      { offset: 4, changed: [] },
    ],
  )
  assert.equal(reader.detail(4)?.before, undefined)
  assert.deepEqual(reader.page({ filter: { schemas: [schema] }, limit: 9 }).historyFrom, { offset: 5, receivedAt: 5 })
  assert.equal(reader.page({ filter: { schemas: ['another'] }, limit: 9 }).historyFrom, undefined)
})

test('one source does not hold the history of another', (t) => {
  const stateDir = storeFolder(t)
  const store = openStore(t, stateDir)
  write(store, 1, { a: '1' })
  const other = store.openEpoch('other')
  other.put('else', rows({ a: '1' }))
  other.close(endAt(1, 'other'))
  for (let lsn = 2; lsn <= 5; lsn++) write(store, lsn, { a: String(lsn) })
  const open = store.openEpoch('other')
  forget(store)
  open.discard()
  assert.equal(stored(stateDir), 3)
  assert.equal(store.retention.completeFrom('else'), 0)
})

test('a step takes little longer than it was given', (t) => {
  const store = openStore(t)
  for (let lsn = 1; lsn <= 20; lsn++) {
    write(store, lsn, Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`k${i}`, String(lsn)])))
  }
  let steps = 0
  const request = { source: 'source', applied: store.head('source'), ...everything, budgetMs: 1 }
  while (store.retention.forget(request) === 'more') steps++
  // 38,000 events: with steps of a millisecond there must be many, however fast the machine.
  assert.ok(steps >= 5, `${steps} steps`)
})
