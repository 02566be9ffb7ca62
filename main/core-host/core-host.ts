import { existsSync } from 'node:fs'
import type { MessagePortMain } from 'electron'
import { readPipeline } from '../../sync-core/read-pipeline.ts'
import { systemClock } from '../../sync-core/replication/system-clock.ts'
import { connectEventReader } from '../../sync-core/sqlite/connect-event-reader.ts'
import { storePath } from '../../sync-core/sqlite/store-connection.ts'
import { createSyncCore } from '../../sync-core/sync-core.ts'
import { childLog } from '../child-log.ts'
import { type CoreToMain, mainToCore } from './core-messages.ts'
import { createCoreHost } from './create-core-host.ts'
import { type StreamServer, serveStream } from './serve-stream.ts'

/* Entry of the sync core's process: main at one side, the window at the other. Wiring only. */

const post = (message: CoreToMain) => process.parentPort.postMessage(message)

const log = childLog(post)

let stream: StreamServer | undefined

const host = createCoreHost({
  readPipeline,
  createSyncCore,
  connectEventReader: (stateDir) =>
    existsSync(storePath(stateDir))
      ? connectEventReader({ stateDir, workerUrl: new URL('./event-reader.worker.js', import.meta.url) })
      : undefined,
  post,
  onStatus: () => stream?.wake(),
  exit: (code) => process.exit(code),
  clock: systemClock,
  log,
})

process.parentPort.on('message', ({ data, ports }) => {
  const parsed = mainToCore.safeParse(data)
  if (!parsed.success) return log.warn('Cannot read a message of main: it is not what was agreed')
  const message = parsed.data
  if (message.type !== 'port') return void host.receive(message)
  const [port] = ports
  if (port !== undefined) connectWindow(port)
})

/** A bug ends the process: main starts it again, and it goes on from what is on disk. A turn later, so that the line gets out. */
process.on('uncaughtException', (error) => {
  log.error('The sync core failed', error)
  setImmediate(() => process.exit(1))
})

/** The former window's end is dead by now: there is one window, and it was loaded anew. */
function connectWindow(port: MessagePortMain): void {
  stream?.close()
  const server = serveStream({
    post: (message) => port.postMessage(message),
    status: () => host.status(),
    eventsAfter: (after, limit) => host.eventsPage({ filter: {}, limit, ...(after === undefined ? {} : { after }) }),
  })
  stream = server
  port.on('message', ({ data }) => server.receive(data))
  port.on('close', () => server.close())
  port.start()
}
