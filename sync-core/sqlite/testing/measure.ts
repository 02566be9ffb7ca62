import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Offset, zeroOffset } from '../../domain/offset.ts'
import { openEventReader } from '../open-event-reader.ts'
import { openEventStore } from '../open-event-store.ts'
import { endAt, silentLog } from './store-folder.ts'

// Prints how many events a second the store takes and gives on this machine:
// node sync-core/sqlite/testing/measure.ts
const schema = 'measured'
const stateDir = mkdtempSync(join(tmpdir(), 'rejot-measure-'))
const store = openEventStore({ stateDir, log: silentLog })
let lsn = 0

interface Load {
  readonly events: number
  readonly perEpoch: number
  /** The n-th event's key. */
  key(n: number): number
  /** Changes the payload of a key that is there. */
  readonly revision?: number
  readonly lineage?: boolean
}

function write(what: string, { events, perEpoch, key, revision = 0, lineage = false }: Load) {
  timed(what, events, () => {
    for (let first = 0; first < events; first += perEpoch) {
      const writer = store.openEpoch('source')
      const rows = Array.from({ length: perEpoch }, (_, i) => row(key(first + i), revision))
      writer.put(schema, rows)
      if (lineage)
        writer.recordRuns(
          schema,
          rows.map((r) => run(r.key)),
        )
      lsn += 1
      writer.close(endAt(lsn))
      store.checkpoint()
    }
  })
}

function readAll(): number {
  let after: Offset = zeroOffset
  let events = 0
  for (;;) {
    const epochs = store.epochsAfter('source', after, 5_000)
    const last = epochs.at(-1)
    if (last === undefined) return events
    while (after < last.lastOffset) {
      const page = store.events({ epochs, schemas: [schema], after, limit: 2_000, maxBytes: 4_000_000 })
      events += page.length
      after = page.at(-1)?.offset ?? last.lastOffset
    }
  }
}

/** The longest single call of a search that finds nothing, in ms. */
function longestCall(filter: { readonly text?: string; readonly key?: string }): number {
  const reader = openEventReader({ stateDir })
  let longestMs = 0
  let before: number | undefined
  do {
    const began = performance.now()
    before = reader.page({ filter, limit: 100, ...(before === undefined ? {} : { before }) }).searchedTo
    longestMs = Math.max(longestMs, performance.now() - began)
  } while (before !== undefined)
  reader.close()
  return longestMs
}

function timed(what: string, events: number, act: () => void) {
  const began = performance.now()
  act()
  const perSecond = (events / (performance.now() - began)) * 1_000
  process.stdout.write(`${what.padEnd(48)}${Math.round(perSecond).toLocaleString('en').padStart(12)} events/s\n`)
}

function row(key: number, revision: number) {
  const payload = `{"id":${key},"email":"user${key}@example.com","firstName":"Ada","lastName":"Lovelace","n":${revision}}`
  return { key: `[${key}]`, payload }
}

function run(key: string) {
  return { transformation: 0, sourceKey: key, args: key, publicKeys: [key] }
}

write('new keys in order, 2,000 an epoch', { events: 400_000, perEpoch: 2_000, key: (n) => n })
write('new keys in order, 100 an epoch', { events: 200_000, perEpoch: 100, key: (n) => 1_000_000 + n })
write('new keys in order, 1 an epoch', { events: 5_000, perEpoch: 1, key: (n) => 2_000_000 + n })
write('new keys in order, 100,000 an epoch', { events: 200_000, perEpoch: 100_000, key: (n) => 3_000_000 + n })
write('with lineage, 2,000 an epoch', { events: 200_000, perEpoch: 2_000, key: (n) => 4_000_000 + n, lineage: true })
write('rows that did not change, 2,000 an epoch', { events: 200_000, perEpoch: 2_000, key: (n) => n })
write('changes of 400,000 keys at random, 2,000 an epoch', {
  events: 100_000,
  perEpoch: 2_000,
  key: (n) => (n * 7_919) % 400_000,
  revision: 1,
})
timed('read by a consumer', store.size().events, readAll)
process.stdout.write(`longest call of a search for text: ${longestCall({ text: 'nobody' }).toFixed(0)} ms\n`)
process.stdout.write(`longest call of a search for a key: ${longestCall({ key: 'nobody' }).toFixed(0)} ms\n`)
store.close()
rmSync(stateDir, { recursive: true, force: true })
