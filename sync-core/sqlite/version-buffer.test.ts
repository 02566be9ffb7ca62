import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { EventStore, RowNow } from '../domain/event-store.ts'
import { type Offset, toOffset, zeroOffset } from '../domain/offset.ts'
import { openEventStore } from './open-event-store.ts'
import { endAt, readAll, silentLog, storeFolder } from './testing/store-folder.ts'

const versions = '@harbor/crm/people@1+versions'
const people = '@harbor/crm/people@1'

type Writer = ReturnType<EventStore['openEpoch']>

/** With chunks of two events when they are `small`. */
function open(t: TestContext, chunks: 'small' | 'large', stateDir = storeFolder(t)): EventStore {
  const store = openEventStore({ stateDir, log: silentLog, chunkEvents: chunks === 'small' ? 2 : 5_000 })
  t.after(() => store.close())
  return store
}

function row(key: string, v?: string): RowNow {
  return { key: `["${key}"]`, payload: v === undefined ? undefined : `{"v":"${v}"}` }
}

function epoch(store: EventStore, lsn: number, write: (writer: Writer) => void): Offset {
  const writer = store.openEpoch('source')
  write(writer)
  return writer.close(endAt(lsn))
}

function said(store: EventStore): string[][] {
  return readAll(store, 'source', [versions]).map((events) =>
    events.map(({ operation, key, payload }) => `${operation} ${JSON.parse(key)}=${JSON.parse(payload).v}`),
  )
}

function stateAt(store: EventStore, asOf: Offset): string[] {
  const epochs = [{ id: 0, firstOffset: toOffset(1), lastOffset: asOf }]
  const page = { epochs, schemas: [versions], after: zeroOffset, limit: 100, maxBytes: 1e9, asOf }
  return store.events(page).map(({ key, payload }) => `${JSON.parse(key)}=${JSON.parse(payload).v}`)
}

for (const chunks of ['large', 'small'] as const) {
  test(`${chunks} chunks: every difference is an event, in order, and equal rows are none`, (t) => {
    const store = open(t, chunks)
    epoch(store, 1, (writer) => {
      writer.putEach(versions, [
        row('a', '1'),
        row('a', '1'),
        row('b', '1'),
        row('a', '2'),
        row('a'),
        row('a'),
        row('a', '3'),
      ])
      writer.put(people, [row('a', '3'), row('b', '1')])
      assert.deepEqual(writer.live(versions, ['["a"]', '["b"]', '["c"]']).toSorted(), ['["a"]', '["b"]'])
      writer.putEach(versions, [row('b'), row('c', '1')])
      assert.deepEqual(writer.liveAfter(versions, undefined, 10), ['["a"]', '["c"]'])
      assert.deepEqual(writer.liveAfter(versions, '["a"]', 10), ['["c"]'])
      assert.deepEqual(
        [...writer.payloads(versions, ['["a"]', '["b"]', '["c"]'])],
        [
          ['["a"]', '{"v":"3"}'],
          ['["c"]', '{"v":"1"}'],
        ],
      )
      assert.equal(writer.events, 9)
    })
    epoch(store, 2, (writer) => writer.putEach(versions, [row('a', '3'), row('a', '4'), row('c')]))
    assert.deepEqual(said(store), [
      ['insert a=1', 'insert b=1', 'update a=2', 'delete a=2', 'insert a=3', 'delete b=1', 'insert c=1'],
      ['update a=4', 'delete c=1'],
    ])
    assert.equal(store.pending('source', [versions], zeroOffset), 9)
    assert.equal(store.pending('source', [people], zeroOffset), 2)
  })

  test(`${chunks} chunks: what is taken back leaves each key as it was before`, (t) => {
    const stateDir = storeFolder(t)
    const store = open(t, chunks, stateDir)
    const head = epoch(store, 1, (writer) => writer.putEach(versions, [row('a', '1'), row('b', '1'), row('b', '2')]))
    const change = (writer: Writer): void => {
      writer.putEach(versions, [row('a', '2'), row('a', '3'), row('a', '4')])
      writer.putEach(versions, [row('b'), row('b', '9'), row('new', '1'), row('new', '2'), row('new')])
      writer.putEach(versions, [row('a', '5'), row('late', '1')])
    }
    const discarded = store.openEpoch('source')
    change(discarded)
    discarded.discard()
    assert.deepEqual(stateAt(store, head), ['a=1', 'b=2'])
    change(store.openEpoch('source'))
    store.close()
    const again = open(t, chunks, stateDir)
    assert.deepEqual(stateAt(again, again.head('source')), ['a=1', 'b=2'])
    epoch(again, 2, (writer) => writer.putEach(versions, [row('a', '2'), row('b', '2')]))
    assert.deepEqual(said(again)[1], ['update a=2'])
  })

  test(`${chunks} chunks: history goes from its old end, and the state at each later epoch stays`, (t) => {
    const store = open(t, chunks)
    const ends = [
      epoch(store, 1, (writer) => writer.putEach(versions, [row('a', '1'), row('a', '2'), row('b', '1'), row('b')])),
      epoch(store, 2, (writer) =>
        writer.putEach(versions, [row('b', '2'), row('a'), row('a', '3'), row('c', '1'), row('c', '2')]),
      ),
      epoch(store, 3, (writer) => writer.putEach(versions, [row('c'), row('b', '3'), row('b', '4')])),
    ]
    const states = () => ends.slice(1).map((end) => stateAt(store, end).toSorted())
    const before = states()
    assert.deepEqual(before, [
      ['a=3', 'b=2', 'c=2'],
      ['a=3', 'b=4'],
    ])
    const all = { storedBefore: Number.MAX_SAFE_INTEGER, maxBytes: Number.MAX_SAFE_INTEGER, budgetMs: 5 }
    for (let step = 0; step < 100; step++) {
      if (store.retention.forget({ source: 'source', applied: store.head('source'), ...all }) !== 'more') break
    }
    assert.deepEqual(states(), before)
    assert.equal(store.pending('source', [versions], ends[1] ?? zeroOffset), 3)
    assert.deepEqual(said(store).at(-1), ['delete c=2', 'update b=3', 'update b=4'])
  })
}
