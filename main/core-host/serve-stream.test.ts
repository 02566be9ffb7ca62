import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventPageResult, EventRow } from '../../sync-core/domain/event-reader.ts'
import type { CoreToWindow } from '../contract/stream.ts'
import { serveStream } from './serve-stream.ts'

const row = (offset: number): EventRow => ({
  offset,
  schema: 's',
  operation: 'insert',
  key: `[${offset}]`,
  changed: [],
  size: 1,
  epoch: 1,
  receivedAt: 1,
  kind: 'live',
})

/** A stream over a growing list of events. */
function stream() {
  let head = 10
  const messages: CoreToWindow[] = []
  const server = serveStream({
    post: (message) => messages.push(message),
    status: () => undefined,
    async eventsAfter(offset, limit): Promise<EventPageResult> {
      const all = Array.from({ length: head }, (_, index) => row(head - index)).filter(
        (each) => each.offset > (offset ?? 0),
      )
      return { rows: all.slice(0, limit), more: all.length > limit, searchedTo: undefined }
    },
  })
  return {
    server,
    messages,
    async grow(by: number) {
      head += by
      server.wake()
      await settled()
    },
  }
}

/** All of the promises that are under way have had their turn. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

test('without a view that wants it no tail is sent', async () => {
  const { server, messages, grow } = stream()
  await grow(3)
  server.close()
  assert.deepEqual(messages, [])
})

test('the tail begins with what comes after it was turned on', async () => {
  const { server, messages, grow } = stream()
  server.receive({ type: 'tail', on: true })
  await settled()
  await grow(2)
  server.close()
  const [first] = messages
  assert.equal(first?.type, 'tail')
  assert.deepEqual(first?.type === 'tail' ? [first.rows.map((each) => each.offset), first.skipped, first.head] : [], [
    [12, 11],
    0,
    12,
  ])
})

test('nothing more is sent until the window gives credit, then what gathered comes at once', async () => {
  const { server, messages, grow } = stream()
  server.receive({ type: 'tail', on: true })
  await settled()
  await grow(1)
  await grow(1)
  await grow(1)
  assert.equal(messages.length, 1)
  server.receive({ type: 'credit' })
  await settled()
  server.close()
  const last = messages.at(-1)
  assert.deepEqual(last?.type === 'tail' ? last.rows.map((each) => each.offset) : [], [13, 12])
})

test('a burst is cut to the newest 500, and the rest is counted', async () => {
  const { server, messages, grow } = stream()
  server.receive({ type: 'tail', on: true })
  await settled()
  await grow(2_000)
  server.close()
  const [first] = messages
  assert.deepEqual(first?.type === 'tail' ? [first.rows.length, first.skipped, first.head] : [], [500, 1_500, 2_010])
})

test('a tail that is turned off says nothing, and turned on again begins anew', async () => {
  const { server, messages, grow } = stream()
  server.receive({ type: 'tail', on: true })
  await settled()
  server.receive({ type: 'tail', on: false })
  await grow(5)
  assert.equal(messages.length, 0)
  server.receive({ type: 'tail', on: true })
  await settled()
  await grow(1)
  server.close()
  const [first] = messages
  assert.deepEqual(first?.type === 'tail' ? first.rows.map((each) => each.offset) : [], [16])
})

test('what was not agreed is dropped', async () => {
  const { server, messages, grow } = stream()
  for (const data of [undefined, 'tail', { type: 'tail' }, { type: 'tail', on: 'yes' }]) server.receive(data)
  await grow(1)
  server.close()
  assert.deepEqual(messages, [])
})
