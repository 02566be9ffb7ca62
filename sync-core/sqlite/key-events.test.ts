import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toOffset } from '../domain/offset.ts'
import { endAt, openStore, rows } from './testing/store-folder.ts'

test('the last event of a key up to an offset is what it was then, whatever came later or is not closed yet', (t) => {
  const store = openStore(t)
  const write = (values: Readonly<Record<string, string>>, gone: readonly string[] = []) => {
    const writer = store.openEpoch('source')
    writer.put('people', rows(values))
    writer.remove('people', gone)
    return writer
  }
  const first = write({ a: '1', b: '1' }).close(endAt(10))
  const second = write({ a: '2', c: '1' }, ['["b"]']).close(endAt(20))
  const head = write({ a: '3' }).close(endAt(30))
  const open = write(Object.fromEntries(Array.from({ length: 6_000 }, (_, place) => [`x${place}`, '1'])))
  open.put('people', rows({ a: '4', d: '1' }))
  open.put('people', rows(Object.fromEntries(Array.from({ length: 6_000 }, (_, place) => [`y${place}`, '1']))))

  const keys = ['["d"]', '["c"]', '["b"]', '["a"]']
  const at = (offset: number) =>
    store
      .lastEvents('people', keys, toOffset(offset))
      .flatMap((last) => store.eventsAt([last.offset], 1))
      .map(({ operation, key, payload }) => `${operation} ${key} ${payload}`)
  assert.deepEqual(at(first), ['insert ["a"] {"v":"1"}', 'insert ["b"] {"v":"1"}'])
  assert.deepEqual(at(second), ['update ["a"] {"v":"2"}', 'insert ["c"] {"v":"1"}', 'delete ["b"] {"v":"1"}'])
  assert.deepEqual(at(head), ['insert ["c"] {"v":"1"}', 'delete ["b"] {"v":"1"}', 'update ["a"] {"v":"3"}'])
  assert.deepEqual(store.lastEvents('nobody', keys, head), [])

  assert.deepEqual([...store.keysBetween('people', toOffset(1), first)].sort(), ['["a"]', '["b"]'])
  assert.deepEqual(store.keysBetween('people', head, head), ['["a"]'])

  // As they are asked for, and no more than may be in memory; one however wide.
  const asked = [head, toOffset(999_999), first, second]
  const offsets = (maxBytes: number) => store.eventsAt(asked, maxBytes).map(({ offset }) => offset)
  assert.deepEqual([offsets(1), offsets(10), offsets(1_000)], [[head], [head, first], [head, first, second]])
  open.discard()
})

test('dead letters are grouped by cause, chosen, and given up with their reason', (t) => {
  const store = openStore(t)
  const writer = store.openEpoch('source')
  writer.put('people', rows({ a: '1', b: '1', c: '1' }))
  writer.close(endAt(10))
  const letters = store.deadLetters
  const add = (offset: number, key: string, sqlstate: string, constraint: string | undefined) =>
    letters.add({
      ...{ consumer: 'c', offset: toOffset(offset), schema: 'people', key: `["${key}"]`, sqlstate, constraint },
      ...{ message: `no ${key}`, detail: undefined, at: offset },
    })
  add(1, 'a', '23514', 'positive')
  add(2, 'b', '23514', 'positive')
  add(3, 'c', '22001', undefined)
  assert.deepEqual(letters.groups('c'), [
    {
      ...{ consumer: 'c', sqlstate: '23514', constraint: 'positive', count: 2 },
      firstAt: 1,
      lastAt: 2,
      message: 'no b',
    },
    {
      ...{ consumer: 'c', sqlstate: '22001', constraint: undefined, count: 1 },
      firstAt: 3,
      lastAt: 3,
      message: 'no c',
    },
  ])
  assert.deepEqual(letters.groups('d'), [])
  const chosen = (selection: Parameters<typeof letters.select>[1]) =>
    letters.select('c', selection, toOffset(0), 10).map(({ offset }) => offset)
  assert.deepEqual(chosen({}), [1, 2, 3])
  assert.deepEqual(chosen({ constraint: 'positive' }), [1, 2])
  assert.deepEqual(chosen({ sqlstate: '22001' }), [3])
  assert.deepEqual(chosen({ offset: 2, sqlstate: '22001' }), [])

  letters.skip('c', [toOffset(1)], 'a test', 99)
  assert.deepEqual([...letters.blockedKeys('c')].sort(), ['["b"]', '["c"]'])
  assert.deepEqual(
    letters.skipped('c', 10).map(({ offset, reason, skippedAt }) => [offset, reason, skippedAt]),
    [[1, 'a test', 99]],
  )
  letters.removeKeys('c', ['["b"]', '["z"]'])
  assert.deepEqual(chosen({}), [3])
})
