import { writeSync } from 'node:fs'
import fc from 'fast-check'
import { openEventStore } from '../open-event-store.ts'
import { crashEpoch } from './crash-epochs.ts'
import { closeAt, take } from './model.ts'
import { silentLog } from './store-folder.ts'

// Writes epochs until it is killed. A line on stdout for each step and each close, written before it goes on:
// `close n` says that the n-th epoch is on disk.
const [stateDir = '', seed = '1'] = process.argv.slice(2)
const store = openEventStore({ stateDir, log: silentLog, chunkEvents: 3 })
for (let epoch = 1; ; epoch++) {
  const writer = store.openEpoch('source')
  for (const step of crashEpoch(fc, Number(seed), epoch)) {
    take(writer, step)
    writeSync(1, `step ${epoch}\n`)
  }
  writer.close(closeAt(epoch))
  writeSync(1, `close ${epoch}\n`)
}
