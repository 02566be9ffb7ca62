import { applyFix, checkConnection, stepsWith } from '../../sync-core/check-connection.ts'
import * as define from '../../sync-core/define.ts'
import { planPipeline } from '../../sync-core/plan-pipeline.ts'
import { readPipeline } from '../../sync-core/read-pipeline.ts'
import { childLog } from '../child-log.ts'
import { createDatabaseHost } from './create-database-host.ts'
import { type DatabaseToMain, mainToDatabase } from './database-messages.ts'

/* Entry of the process that asks databases for the window. Wiring only. */

const post = (message: DatabaseToMain) => process.parentPort.postMessage(message)
const log = childLog(post)
const host = createDatabaseHost({
  define,
  plan: { readPipeline, planPipeline },
  checkConnection,
  stepsWith,
  applyFix,
  post,
  log,
})

process.parentPort.on('message', ({ data }) => {
  const parsed = mainToDatabase.safeParse(data)
  if (!parsed.success) return log.warn('Cannot read a message of main: it is not what was agreed')
  void host.receive(parsed.data)
})

/** A bug ends the process: what was asked is told so, and the next question starts another. A turn later, so that the line gets out. */
process.on('uncaughtException', (error) => {
  log.error('The process for databases failed', error)
  setImmediate(() => process.exit(1))
})
