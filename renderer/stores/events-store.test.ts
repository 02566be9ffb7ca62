import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import type { EventRowView, VerbInput } from '../../main/contract/contract.ts'
import { createInvoke } from '../bridge/invoke.ts'
import { createEventsStore } from './events-store.ts'

/** Rows of a store in memory behind the real contract: what is asked and answered is parsed as in the window. */
function startStore(count: number) {
  const rows: EventRowView[] = []
  const add = (number: number) => {
    for (let index = 0; index < number; index++) rows.unshift(row(rows.length + 1))
  }
  add(count)
  const answered = new EventTarget()
  const events = createEventsStore(
    createInvoke({
      async invoke(verb, input) {
        setImmediate(() => answered.dispatchEvent(new Event('answered')))
        if (verb !== 'events.page') return { ok: true, value: undefined }
        const { filter, before = Number.POSITIVE_INFINITY, after = 0, limit } = input as VerbInput<'events.page'>
        const wanted = rows.filter(
          ({ offset, operation }) =>
            offset < before &&
            offset > after &&
            (filter.operations === undefined || filter.operations.includes(operation)),
        )
        return { ok: true, value: { rows: wanted.slice(0, limit), more: wanted.length > limit } }
      },
    }),
  )
  return {
    events,
    rows,
    add,
    offsets: () => events.store.getState().rows.map(({ offset }) => offset),
    /** Does something that asks the store, and waits for its answer. */
    async asking(act: () => void) {
      const answer = once(answered, 'answered')
      act()
      await answer
    },
    /** The newest, as the stream sends them. */
    tail(number: number, skipped = 0) {
      add(number + skipped)
      return { type: 'tail' as const, rows: rows.slice(0, number), skipped, head: rows.length }
    },
  }
}

const row = (offset: number): EventRowView => ({
  offset,
  schema: 'm/p@1',
  operation: offset % 2 === 0 ? 'update' : 'insert',
  key: `[${offset}]`,
  changed: [],
  size: 1,
  epoch: offset,
  receivedAt: offset,
  kind: 'live',
})
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => from - index)

test('the newest page comes first, older ones behind it without a gap', async () => {
  const { events, asking, offsets } = startStore(500)
  await asking(() => events.refresh())
  assert.deepEqual(offsets(), down(500, 301))
  await asking(() => events.older())
  assert.deepEqual(offsets(), down(500, 101))
  await asking(() => events.older())
  assert.deepEqual([offsets(), events.store.getState().more], [down(500, 1), false])
})

test('what was stored between the first page and the first batch is not missed', async () => {
  const { events, asking, offsets, add, tail } = startStore(10)
  await asking(() => events.refresh())
  add(3)
  await asking(() => events.receive(tail(2), () => undefined))
  assert.deepEqual(offsets(), down(15, 1))
})

test('a batch that skipped events is completed by a question', async () => {
  const { events, asking, offsets, tail } = startStore(10)
  await asking(() => events.refresh())
  await asking(() => events.receive(tail(1), () => undefined))
  await asking(() => events.receive(tail(5, 100), () => undefined))
  assert.deepEqual(offsets(), down(116, 1))
})

test('when too much was skipped, the table begins anew and can be read back', async () => {
  const { events, asking, offsets, tail } = startStore(10)
  await asking(() => events.refresh())
  await asking(() => events.receive(tail(500, 4_000), () => undefined))
  assert.deepEqual([offsets(), events.store.getState().more], [down(4_510, 4_311), true])
})

test('while paused nothing moves and what is held back is counted; showing it follows again', async () => {
  const { events, asking, offsets, tail } = startStore(10)
  await asking(() => events.refresh())
  events.pause()
  events.receive(tail(5, 20), () => undefined)
  assert.deepEqual(offsets(), down(10, 1))
  assert.deepEqual(events.store.getState().held, { count: 25, atLeast: false })
  await asking(() => events.refresh())
  assert.deepEqual(
    [offsets(), events.store.getState().tail, events.store.getState().held.count],
    [down(35, 1), 'live', 0],
  )
})

test('with a filter only matching rows are held, and a skip makes the count a lower bound', async () => {
  const { events, asking, tail } = startStore(10)
  await asking(() => events.filter({ operations: ['update'] }))
  events.pause()
  events.receive(tail(4), () => undefined)
  assert.deepEqual(events.store.getState().held, { count: 2, atLeast: false })
  events.receive(tail(4, 10), () => undefined)
  assert.deepEqual(events.store.getState().held, { count: 4, atLeast: true })
})

test('following lets go of what is far out of sight, and it can be read again', async () => {
  const { events, asking, offsets, tail } = startStore(10)
  await asking(() => events.refresh())
  await asking(() => events.receive(tail(1), () => undefined))
  for (let batch = 0; batch < 5; batch++) events.receive(tail(500), () => undefined)
  assert.deepEqual([offsets().length, offsets()[0], events.store.getState().more], [2_000, 2_511, true])
  await asking(() => events.older())
  assert.deepEqual(offsets(), down(2_511, 312))
})
