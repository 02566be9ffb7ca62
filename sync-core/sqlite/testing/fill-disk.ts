import { writeSync } from 'node:fs'
import { FailureError } from '../../domain/failure.ts'
import { openEventStore } from '../open-event-store.ts'
import { endAt, rows, silentLog } from './store-folder.ts'

// Runs with a limit on the size of its files, which stands for a full disk. Without a handler the signal would kill.
process.on('SIGXFSZ', () => undefined)

const store = openEventStore({ stateDir: process.argv[2] ?? '', log: silentLog })
const payload = 'x'.repeat(2_000)
let refused = false
for (let epoch = 1; !refused; epoch++) {
  const writer = store.openEpoch('source')
  writer.put('schema', rows(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${epoch}-${i}`, payload]))))
  try {
    writer.close(endAt(epoch))
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
    writeSync(1, `${JSON.stringify({ ...error.failure, epochs: epoch - 1, head: store.head('source') })}\n`)
    refused = true
    // Makes room: the write-ahead log begins again, and the same call succeeds.
    store.checkpoint()
    writeSync(1, `${JSON.stringify({ epochs: epoch, head: writer.close(endAt(epoch)) })}\n`)
  }
}
store.close()
