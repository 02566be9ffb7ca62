import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { EventFilter, EventReader, EventRow } from '../domain/event-reader.ts'
import type { EpochWriter, EventStore } from '../domain/event-store.ts'
import { FailureError } from '../domain/failure.ts'
import { connectEventReader } from './connect-event-reader.ts'
import { openEventReader } from './open-event-reader.ts'
import { endAt, openStore, rows, storeFolder } from './testing/store-folder.ts'

const people = '@harbor/crm/people@1'
const orders = '@harbor/shop/orders@1'
const workerUrl = new URL('./event-reader.worker.ts', import.meta.url)

function setUp(t: TestContext): { store: EventStore; reader: EventReader; stateDir: string } {
  const stateDir = storeFolder(t)
  const store = openStore(t, stateDir)
  const reader = openEventReader({ stateDir })
  t.after(() => reader.close())
  return { store, reader, stateDir }
}

function epoch(store: EventStore, lsn: number, write: (writer: EpochWriter) => void) {
  const writer = store.openEpoch('source')
  write(writer)
  return writer.close(endAt(lsn))
}

/** All pages one after another, as the window reads them. */
function everything(reader: EventReader, filter: EventFilter, limit = 3): EventRow[] {
  const all: EventRow[] = []
  let before: number | undefined
  do {
    const page = reader.page({ filter, limit, ...(before === undefined ? {} : { before }) })
    assert.ok(page.rows.length <= limit)
    all.push(...page.rows)
    before = page.searchedTo
  } while (before !== undefined)
  return all
}

const keys = (found: readonly EventRow[]) => found.map((row) => row.key).join()

test('pages go from the newest to the oldest event, each once', (t) => {
  const { store, reader } = setUp(t)
  for (const lsn of [1, 2, 3, 4]) epoch(store, lsn, (w) => w.put(people, rows({ [`a${lsn}`]: 'x', [`b${lsn}`]: 'x' })))
  const first = reader.page({ filter: {}, limit: 3 })
  assert.equal(keys(first.rows), '["b4"],["a4"],["b3"]')
  assert.equal(first.more, true)
  const all = everything(reader, {})
  assert.equal(keys(all), '["b4"],["a4"],["b3"],["a3"],["b2"],["a2"],["b1"],["a1"]')
  assert.equal(reader.page({ filter: {}, limit: 8 }).more, false)
  const newer = reader.page({ filter: {}, limit: 9, after: all[2]?.offset ?? 0 })
  assert.equal(keys(newer.rows), '["b4"],["a4"]')
})

test('an event is seen once its epoch has closed, not before', (t) => {
  const { store, reader } = setUp(t)
  const writer = store.openEpoch('source')
  writer.put(people, rows(Object.fromEntries(Array.from({ length: 7_000 }, (_, i) => [`k${i}`, 'x']))))
  const other = store.openEpoch('other')
  other.put(orders, rows({ o: '1' }))
  other.close(endAt(5, 'other'))
  assert.equal(keys(everything(reader, {})), '["o"]')
  const [row] = everything(reader, {})
  assert.equal(reader.detail((row?.offset ?? 0) - 1), undefined)
  writer.close(endAt(6))
  assert.equal(everything(reader, {}, 1_000).length, 7_001)
})

test('every part of a filter has to hold', (t) => {
  const { store, reader } = setUp(t)
  epoch(store, 10, (w) => {
    w.put(people, [
      { key: '[42]', payload: '{"id":42,"name":"Ada"}' },
      { key: '["42"]', payload: '{"id":"42","name":"Bea"}' },
      { key: '[142]', payload: '{"id":142,"name":"Cem"}' },
      { key: '[1, "a,42"]', payload: '{"id":1,"name":"Dan"}' },
      { key: '[7, 42]', payload: '{"id":7,"name":"Eve"}' },
    ])
    w.put(orders, [{ key: '[42]', payload: '{"order":42}' }])
  })
  epoch(store, 20, (w) => {
    w.put(people, [{ key: '[42]', payload: '{"id":42,"name":"Adele"}' }])
    w.remove(people, ['[142]'])
  })
  const found = (filter: EventFilter) => keys(everything(reader, filter))
  assert.equal(found({ key: '42', schemas: [people] }), '[42],[7, 42],["42"],[42]')
  assert.equal(found({ key: 'a,42' }), '[1, "a,42"]')
  assert.equal(found({ schemas: [orders] }), '[42]')
  assert.equal(found({ schemas: ['unknown'] }), '')
  assert.equal(found({ operations: ['update', 'delete'] }), '[142],[42]')
  assert.equal(found({ text: 'Ade' }), '[42]')
  assert.equal(found({ text: '100%' }), '')
  assert.equal(found({ since: 20 }), '[142],[42]')
  assert.equal(found({ until: 20, text: 'Ada' }), '[42]')
  assert.equal(found({ since: 20, operations: ['delete'], key: '142', text: 'Cem', schemas: [people] }), '[142]')
})

test('changed names the columns that differ as text', (t) => {
  const { store, reader } = setUp(t)
  const put = (lsn: number, payload: string) => epoch(store, lsn, (w) => w.put(people, [{ key: '[1]', payload }]))
  put(1, '{"id":1,"big":9007199254740992,"n":1.10,"o":{"a":[1,"}"]},"s":"x,\\"y"}')
  put(2, '{"id":1,"big":9007199254740993,"n":1.10,"o":{"a":[1,"}"]},"s":"x,\\"y"}')
  put(3, '{"id":1,"big":9007199254740993,"n":1.1,"o":{"a":[2,"}"]},"s":"x,\\"z"}')
  epoch(store, 4, (w) => w.remove(people, ['[1]']))
  assert.deepEqual(
    everything(reader, {}).map((row) => row.changed),
    [[], ['n', 'o', 's'], ['big'], []],
  )
})

test('the detail of an event has its row before, its epoch and its source', (t) => {
  const { store, reader } = setUp(t)
  epoch(store, 0x16b374d8, (w) => w.put(people, rows({ a: '1', b: '1' })))
  epoch(store, 0x16b374d9, (w) => w.put(people, rows({ a: '2' })))
  const [row] = everything(reader, { key: 'a' })
  assert.ok(row)
  const { storedAt, ...detail } = reader.detail(row.offset) ?? assert.fail('no detail')
  assert.ok(storedAt > 0)
  assert.deepEqual(detail, {
    ...row,
    payload: '{"v":"2"}',
    store: store.history.uuid,
    before: '{"v":"1"}',
    source: 'source',
    lsn: '0/16B374D9',
    epochEvents: 1,
  })
  assert.deepEqual([row.size, row.operation, row.kind, row.changed], [9, 'update', 'live', ['v']])
  assert.equal(reader.detail(999), undefined)
})

test('a histogram counts by the time of receipt, with every kind of filter', (t) => {
  const { store, reader } = setUp(t)
  epoch(store, 100, (w) => w.put(people, rows({ a: '1', b: '1' })))
  epoch(store, 149, (w) => w.put(orders, rows({ a: '1' })))
  epoch(store, 150, (w) => w.put(people, rows({ a: '2' })))
  epoch(store, 200, (w) => w.put(people, rows({ a: '3' })))
  const counts = (filter: EventFilter) => reader.histogram(filter, 100, 200, 2).counts
  assert.deepEqual(counts({}), [3, 1])
  assert.deepEqual(counts({ schemas: [people] }), [2, 1])
  assert.deepEqual(counts({ since: 149 }), [1, 1])
  assert.deepEqual(counts({ operations: ['insert'] }), [3, 0])
  assert.deepEqual(counts({ key: 'a', until: 150 }), [2, 0])
  assert.deepEqual(counts({ text: '"1"', schemas: [orders] }), [1, 0])
})

test('the reading thread answers like the reader, while the store is written', async (t) => {
  const { store, reader, stateDir } = setUp(t)
  const connection = connectEventReader({ stateDir, workerUrl })
  t.after(() => connection.close())
  epoch(store, 1, (w) => w.put(people, rows({ a: '1' })))
  assert.deepEqual(await connection.page({ filter: {}, limit: 5 }), reader.page({ filter: {}, limit: 5 }))
  epoch(store, 2, (w) => w.put(people, rows({ a: '2' })))
  const page = await connection.page({ filter: {}, limit: 5 })
  assert.equal(page.rows.length, 2)
  const offset = page.rows[0]?.offset ?? 0
  assert.deepEqual(await connection.detail(offset), reader.detail(offset))
  assert.deepEqual(await connection.histogram({}, 0, 10, 2), reader.histogram({}, 0, 10, 2))
  await connection.close()
  await assert.rejects(connection.detail(offset), /the reading thread has ended/)
})

test('the reading thread says in words that there is no store yet, and reads it when there is', async (t) => {
  const stateDir = storeFolder(t)
  const connection = connectEventReader({ stateDir, workerUrl })
  t.after(() => connection.close())
  await assert.rejects(
    connection.page({ filter: {}, limit: 1 }),
    (error) => error instanceof FailureError && error.failure.kind === 'store',
  )
  epoch(openStore(t, stateDir), 1, (w) => w.put(people, rows({ a: '1' })))
  assert.equal((await connection.page({ filter: {}, limit: 1 })).rows.length, 1)
})
