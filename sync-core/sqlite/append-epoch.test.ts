import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventStore } from '../domain/event-store.ts'
import { zeroOffset } from '../domain/offset.ts'
import { endAt, openStore, readAll, rows, storeFolder } from './testing/store-folder.ts'

const schema = '@harbor/crm/people@1'

function epoch(store: EventStore, lsn: number, write: (writer: ReturnType<EventStore['openEpoch']>) => void) {
  const writer = store.openEpoch('source')
  write(writer)
  return writer.close(endAt(lsn))
}

/** `insert a=1`, the way a person would say it. */
function said(store: EventStore, source = 'source', schemas: readonly string[] = [schema]): string[][] {
  return readAll(store, source, schemas).map((events) =>
    events.map(({ operation, key, payload }) => `${operation} ${JSON.parse(key)}=${JSON.parse(payload).v}`),
  )
}

/** More rows than a chunk takes, so that what came before is on disk while the epoch is open. */
const filler = rows(Object.fromEntries(Array.from({ length: 6_001 }, (_, i) => [`filler${i}`, 'x'])))

/** The same in memory and with the chunk in between on disk. */
for (const [how, between] of [
  ['within a chunk', () => undefined],
  ['over chunks', (writer: ReturnType<EventStore['openEpoch']>) => writer.put('filler', filler)],
] as const) {
  test(`${how}: rows become inserts, updates and deletes by what was there before the epoch`, (t) => {
    const store = openStore(t)
    epoch(store, 1, (writer) => writer.put(schema, rows({ a: '1', b: '1', c: '1' })))
    epoch(store, 2, (writer) => {
      writer.put(schema, rows({ a: '2', d: '1' }))
      between(writer)
      writer.remove(schema, ['["b"]'])
    })
    assert.deepEqual(said(store), [
      ['insert a=1', 'insert b=1', 'insert c=1'],
      ['update a=2', 'insert d=1', 'delete b=1'],
    ])
  })

  test(`${how}: a later word about a key replaces the earlier one and moves to the end`, (t) => {
    const store = openStore(t)
    epoch(store, 1, (writer) => writer.put(schema, rows({ a: '1', b: '1' })))
    epoch(store, 2, (writer) => {
      writer.put(schema, rows({ a: '2', b: '2', c: '2' }))
      between(writer)
      writer.put(schema, rows({ a: '3' }))
      writer.remove(schema, ['["b"]'])
      assert.equal(writer.events, 3 + (how === 'over chunks' ? filler.length : 0))
    })
    assert.deepEqual(said(store)[1], ['insert c=2', 'update a=3', 'delete b=1'])
  })

  test(`${how}: a key that ends as it was before the epoch leaves no event`, (t) => {
    const store = openStore(t)
    const head = epoch(store, 1, (writer) => writer.put(schema, rows({ a: '1', gone: '1' })))
    epoch(store, 2, (writer) => writer.remove(schema, ['["gone"]']))
    epoch(store, 3, (writer) => {
      writer.put(schema, rows({ a: '2', fresh: '1', gone: '2' }))
      between(writer)
      writer.put(schema, rows({ a: '1' }))
      writer.remove(schema, ['["fresh"]', '["gone"]'])
      writer.put(schema, rows({ other: '1' }))
    })
    assert.deepEqual(said(store).slice(2), [['insert other=1']])
    epoch(store, 4, (writer) => {
      assert.deepEqual([...writer.live(schema, ['["a"]', '["fresh"]', '["gone"]', '["other"]'])].sort(), [
        '["a"]',
        '["other"]',
      ])
      writer.put(schema, rows({ a: '1', fresh: '1', gone: '1' }))
    })
    assert.deepEqual(said(store).at(-1), ['insert fresh=1', 'insert gone=1'])
    assert.ok(store.head('source') > head)
  })

  test(`${how}: a key deleted and inserted again with other values is an update`, (t) => {
    const store = openStore(t)
    epoch(store, 1, (writer) => writer.put(schema, rows({ a: '1' })))
    epoch(store, 2, (writer) => {
      writer.remove(schema, ['["a"]'])
      between(writer)
      writer.put(schema, rows({ a: '2' }))
    })
    assert.deepEqual(said(store)[1], ['update a=2'])
  })

  test(`${how}: an open epoch sees its own rows and runs, and nobody else does`, (t) => {
    const store = openStore(t)
    const run = (sourceKey: string, ...publicKeys: string[]) => ({
      transformation: 0,
      sourceKey,
      args: `["${sourceKey}"]`,
      publicKeys,
    })
    epoch(store, 1, (writer) => {
      writer.put(schema, rows({ a: '1', b: '1' }))
      writer.recordRuns(schema, [run('s1', '["a"]', '["b"]'), run('s2', '["b"]')])
    })
    const writer = store.openEpoch('source')
    writer.put(schema, rows({ c: '1' }))
    writer.remove(schema, ['["a"]'])
    writer.recordRuns(schema, [run('s1', '["c"]'), run('s2'), run('s3', '["b"]')])
    between(writer)
    assert.deepEqual([...writer.live(schema, ['["a"]', '["b"]', '["c"]', '["d"]'])].sort(), ['["b"]', '["c"]'])
    assert.deepEqual(writer.liveAfter(schema, undefined, 10), ['["b"]', '["c"]'])
    assert.deepEqual(writer.liveAfter(schema, '["b"]', 10), ['["c"]'])
    assert.deepEqual(writer.liveAfter(schema, undefined, 1), ['["b"]'])
    assert.deepEqual(
      [...writer.runsOf(schema, 0, ['s1', 's2', 's3', 's4'])].map(([key, { args, publicKeys }]) => [
        key,
        args,
        ...publicKeys,
      ]),
      [
        ['s1', '["s1"]', '["c"]'],
        ['s2', '["s2"]'],
        ['s3', '["s3"]', '["b"]'],
      ],
    )
    assert.deepEqual([...writer.runsOf(schema, 1, ['s1'])], [])
    assert.deepEqual(writer.sourceKeysOf(schema, ['["a"]', '["b"]']), [
      { transformation: 0, sourceKey: 's3', args: '["s3"]' },
    ])
    assert.deepEqual(said(store), [['insert a=1', 'insert b=1']])
    assert.equal(store.pending('source', [schema, 'filler'], zeroOffset), 2)
    assert.equal(store.eventsOf(schema), 2)
    writer.discard()
  })

  test(`${how}: a discarded epoch leaves everything as it was`, (t) => {
    const store = openStore(t)
    const run = (sourceKey: string, args: string, ...publicKeys: string[]) => ({
      transformation: 2,
      sourceKey,
      args,
      publicKeys,
    })
    const head = epoch(store, 1, (writer) => {
      writer.put(schema, rows({ a: '1', b: '1' }))
      writer.recordRuns(schema, [run('s1', '1', '["a"]'), run('s2', '2', '["a"]', '["b"]')])
    })
    const writer = store.openEpoch('source')
    writer.put(schema, rows({ a: '2', c: '1' }))
    writer.remove(schema, ['["b"]'])
    writer.recordRuns(schema, [run('s1', '9', '["c"]'), run('s2', '2'), run('s3', '3', '["c"]')])
    between(writer)
    writer.discard()
    assert.equal(store.head('source'), head)
    assert.deepEqual(said(store), [['insert a=1', 'insert b=1']])
    epoch(store, 2, (after) => {
      assert.deepEqual(after.liveAfter(schema, undefined, 10), ['["a"]', '["b"]'])
      assert.deepEqual(after.liveAfter('filler', undefined, 10), [])
      assert.deepEqual(
        [...after.runsOf(schema, 2, ['s1', 's2', 's3'])].map(([key, { publicKeys }]) => [key, ...publicKeys]).sort(),
        [
          ['s1', '["a"]'],
          ['s2', '["a"]', '["b"]'],
        ],
      )
      assert.deepEqual(
        [...after.sourceKeysOf(schema, ['["a"]', '["c"]'])].map(({ sourceKey, args }) => `${sourceKey}:${args}`).sort(),
        ['s1:1', 's2:2'],
      )
      after.put(schema, rows({ a: '1', b: '2' }))
    })
    assert.deepEqual(said(store)[1], ['update b=2'])
  })
}

test('a row whose payload is what was stored last makes no event, and its epoch leaves only the checkpoint', (t) => {
  const store = openStore(t)
  const head = epoch(store, 1, (writer) => writer.put(schema, rows({ a: '1' })))
  assert.equal(
    epoch(store, 2, (writer) => {
      writer.put(schema, rows({ a: '1' }))
      writer.remove(schema, ['["never"]'])
      assert.equal(writer.events, 0)
    }),
    head,
  )
  assert.equal(said(store).length, 1)
  assert.equal(store.sources.read('source')?.throughLsn, 2)
})

test('a key named twice in one call counts once, by the last word', (t) => {
  const store = openStore(t)
  epoch(store, 1, (writer) => writer.put(schema, rows({ a: '1' })))
  epoch(store, 2, (writer) => {
    writer.put(schema, rows({ a: '2' }))
    writer.put(schema, [...rows({ a: '1', b: '1' }), ...rows({ a: '3', b: '2' })])
    writer.remove(schema, ['["a"]', '["a"]', '["c"]'])
  })
  assert.deepEqual(said(store)[1], ['insert b=2', 'delete a=1'])
})

test('numbers that would be equal as floats are different payloads', (t) => {
  const store = openStore(t)
  const put = (lsn: number, payload: string) => epoch(store, lsn, (w) => w.put(schema, [{ key: '[1]', payload }]))
  put(1, '{"v":9007199254740992}')
  put(2, '{"v":9007199254740993}')
  assert.deepEqual(
    readAll(store, 'source', [schema]).map(([event]) => event?.payload),
    ['{"v":9007199254740992}', '{"v":9007199254740993}'],
  )
})

test('a large epoch in one call is whole, in order, and counted', (t) => {
  const store = openStore(t)
  epoch(store, 1, (writer) => {
    writer.put('filler', filler)
    writer.put(schema, rows({ a: '1' }))
    writer.put('filler', filler)
  })
  const [events] = readAll(store, 'source', ['filler', schema])
  assert.equal(events?.length, filler.length + 1)
  assert.deepEqual(
    events?.map((event) => event.key),
    ['["a"]', ...filler.map((row) => row.key)],
  )
  assert.equal(store.pending('source', ['filler'], zeroOffset), filler.length)
  assert.equal(store.eventsOf('filler'), filler.length)
  assert.equal(store.size().events, filler.length + 1)
})

test('closing writes checkpoint and backfills with the events', (t) => {
  const stateDir = storeFolder(t)
  const store = openStore(t, stateDir)
  const backfill = {
    schema,
    source: 'source',
    definitionHash: 'h',
    generation: 1,
    state: 'running',
    transformation: 1,
    cursor: '["7"]',
    rowsDone: 5,
    rowsEstimated: 10,
  } as const
  const writer = store.openEpoch('source')
  writer.put(schema, rows({ a: '1' }))
  const end = endAt(9)
  const checkpoint = { ...end.checkpoint, owed: [end.lsn, end.checkpoint.throughLsn] }
  writer.close({ ...end, checkpoint, kind: 'backfill', backfills: [backfill] })
  store.close()
  const again = openStore(t, stateDir)
  assert.deepEqual(again.sources.read('source'), checkpoint)
  assert.deepEqual(again.sources.backfill(schema), backfill)
  assert.deepEqual(again.sources.backfills('source'), [backfill])
  assert.equal(again.epochsAfter('source', zeroOffset, 1)[0]?.kind, 'backfill')
})

test('an ended epoch takes nothing more, and a source has one epoch at a time', (t) => {
  const store = openStore(t)
  const writer = store.openEpoch('source')
  assert.throws(() => store.openEpoch('source'), /one is open/)
  writer.close(endAt(1))
  assert.throws(() => writer.put(schema, rows({ a: '1' })), /it has ended/)
  assert.throws(() => writer.close(endAt(2)), /it has ended/)
  assert.throws(() => writer.discard(), /it has ended/)
  store.openEpoch('source').discard()
})

test('epochs of two sources lie between one another and each source sees its own', (t) => {
  const store = openStore(t)
  const left = store.openEpoch('left')
  const right = store.openEpoch('right')
  left.put('l', filler)
  right.put('r', rows({ a: '1' }))
  const first = right.close(endAt(1, 'right'))
  left.put('l', rows({ last: '1' }))
  const leftHead = left.close(endAt(2, 'left'))
  const second = store.openEpoch('right')
  second.put('r', rows({ a: '2' }))
  second.close(endAt(3, 'right'))

  assert.deepEqual(said(store, 'right', ['r', 'l']), [['insert a=1'], ['update a=2']])
  assert.equal(said(store, 'left', ['r', 'l'])[0]?.length, filler.length + 1)
  assert.equal(store.head('left'), leftHead)
  assert.equal(store.pending('right', ['r'], first), 1)
  assert.equal(store.pending('left', ['l'], leftHead), 0)
  const [epochOfLeft] = store.epochsAfter('left', zeroOffset, 10)
  assert.ok(epochOfLeft !== undefined && epochOfLeft.firstOffset < first && epochOfLeft.lastOffset > first)
})

test('an epoch that is on its way to the disk is read once it is there, by whoever keeps up and by whoever does not', async (t) => {
  const stateDir = storeFolder(t)
  const former = openStore(t, stateDir)
  epoch(former, 1, (w) => w.put(schema, rows({ a: '1' })))
  former.close()
  // Of what was there when it was opened, it reads the file.
  const store = openStore(t, stateDir)
  const head = store.head('source')
  const writer = store.openEpoch('source')
  writer.put(schema, rows({ a: '2' }))
  const onDisk = writer.closeBehind(endAt(2))
  const closed = store.closedHead('source')
  assert.ok(closed > head)
  const seen = (after = zeroOffset) => store.epochsAfter('source', after, 1_000).map(({ lsn }) => Number(lsn))
  assert.equal(store.head('source'), head)
  assert.deepEqual([seen().at(-1), seen(head)], [1, []])
  const next = store.openEpoch('source')
  next.put(schema, rows({ a: '3' }))
  assert.throws(() => next.close(endAt(3)), /the one before is not on disk/)
  assert.equal(await onDisk, store.head('source'))
  assert.deepEqual([store.head('source'), store.closedHead('source')], [closed, closed])
  assert.deepEqual([seen().at(-1), seen(head)], [2, [2]])
  next.close(endAt(3))
  assert.deepEqual(seen(head), [2, 3])
})

test('epochs come whole, as many as fit, at least one', (t) => {
  const store = openStore(t)
  for (const lsn of [1, 2, 3]) epoch(store, lsn, (w) => w.put(schema, rows({ [`a${lsn}`]: '1', [`b${lsn}`]: '1' })))
  const count = (maxEvents: number) => store.epochsAfter('source', zeroOffset, maxEvents).length
  assert.deepEqual([1, 2, 3, 4, 5, 6, 100].map(count), [1, 1, 1, 2, 2, 3, 3])
  const [, second] = store.epochsAfter('source', zeroOffset, 100)
  assert.ok(second)
  assert.deepEqual(
    store.epochsAfter('source', second.lastOffset, 100).map((found) => found.lsn),
    [3],
  )
  assert.equal(store.pending('source', [schema], second.lastOffset), 2)
})

test('a page ends at its number of events or bytes, and the next goes on after it', (t) => {
  const store = openStore(t)
  epoch(store, 1, (w) => w.put(schema, rows({ a: '1', b: '1', c: 'x'.repeat(100), d: '1' })))
  const epochs = store.epochsAfter('source', zeroOffset, 100)
  const page = (limit: number, maxBytes: number, after = zeroOffset) =>
    store
      .events({ epochs, schemas: [schema], after, limit, maxBytes })
      .map((event) => event.key)
      .join()
  assert.equal(page(3, 1e6), '["a"],["b"],["c"]')
  assert.equal(page(9, 30), '["a"],["b"]')
  assert.equal(page(9, 1), '["a"]')
  const [first] = store.events({ epochs, schemas: [schema], after: zeroOffset, limit: 1, maxBytes: 1 })
  assert.equal(page(9, 1e6, first?.offset), '["b"],["c"],["d"]')
  assert.deepEqual(store.events({ epochs, schemas: ['other'], after: zeroOffset, limit: 9, maxBytes: 1e6 }), [])
})
