import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { EventStore } from '../domain/event-store.ts'
import { zeroOffset } from '../domain/offset.ts'
import { openEventStore } from './open-event-store.ts'
import { closeAt, createModel, derivedOf, type Model, modelSchemas, take } from './testing/model.ts'
import { epochArbitrary } from './testing/step-arbitraries.ts'
import { readAll, silentLog } from './testing/store-folder.ts'

// Three events a chunk, so that most epochs are written in several transactions; and large enough that none is.
for (const chunkEvents of [3, 5_000]) {
  test(`whatever is put, removed, closed, discarded or cut off, the store holds what a plain model holds (${chunkEvents} a chunk)`, () => {
    fc.assert(
      fc.property(fc.array(epochArbitrary, { maxLength: 8 }), (epochs) => run(epochs, chunkEvents)),
      { numRuns: 150, seed: 20_261_121 },
    )
  })
}

function run(
  epochs: readonly (typeof epochArbitrary extends fc.Arbitrary<infer E> ? E : never)[],
  chunkEvents: number,
) {
  const stateDir = mkdtempSync(join(tmpdir(), 'rejot-model-'))
  const open = () => openEventStore({ stateDir, log: silentLog, chunkEvents })
  let store = open()
  try {
    const model = createModel()
    epochs.forEach(({ steps, end }, place) => {
      const writer = store.openEpoch('source')
      for (const step of steps) take(writer, step)
      assert.deepEqual(derivedOf(writer), model.within(steps))
      if (end === 'close') {
        writer.close(closeAt(place))
        model.close(steps)
      } else if (end === 'discard') writer.discard()
      else {
        store.close()
        store = open()
      }
      expectSame(store, model)
    })
  } finally {
    store.close()
    rmSync(stateDir, { recursive: true, force: true })
  }
}

function expectSame(store: EventStore, model: Model) {
  assert.deepEqual(readAll(store, 'source', modelSchemas), model.epochs)
  const writer = store.openEpoch('source')
  assert.deepEqual(derivedOf(writer), model.derived())
  writer.discard()
  const events = model.epochs.reduce((sum, epoch) => sum + epoch.length, 0)
  assert.equal(store.pending('source', modelSchemas, zeroOffset), events)
  assert.equal(store.eventsOf(modelSchemas[0]) + store.eventsOf(modelSchemas[1]), events)
  assert.equal(store.size().events, events)
}
