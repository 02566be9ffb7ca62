import type { Log } from '../../sync-core/domain/log.ts'
import { failureOf } from '../failure-of.ts'
import type { DatabaseCall, DatabaseToMain, MainToDatabase } from './database-messages.ts'
import { type HoldChecksDeps, holdChecks } from './hold-checks.ts'
import { holdTables } from './hold-tables.ts'
import { makeTable } from './make-table.ts'
import { type PlanDoor, planStart } from './plan-start.ts'
import { type DefineDoor, serveDefine } from './serve-define.ts'

export interface DatabaseHostDeps extends Omit<HoldChecksDeps, 'onStep'> {
  readonly define: DefineDoor
  readonly plan: PlanDoor
  post(message: DatabaseToMain): void
  readonly log: Log
}

/** Questions of the window to databases, as main hands them on by message. Several are served at once. */
export interface DatabaseHost {
  receive(message: MainToDatabase): Promise<void>
}

export function createDatabaseHost(deps: DatabaseHostDeps): DatabaseHost {
  const { post, log } = deps
  const checks = holdChecks({ ...deps, onStep: (checkId, step) => post({ type: 'step', checkId, step }) })
  const define = serveDefine(deps.define)
  const tables = holdTables(deps.define)

  const serve = async (call: DatabaseCall): Promise<unknown> => {
    switch (call.name) {
      case 'check':
        return checks.check(call)
      case 'cancelCheck':
        return checks.cancel(call.checkId)
      case 'recheck':
        return checks.recheck(call)
      case 'applyFix':
        return checks.applyFix(call)
      case 'readTables':
        return tables.read(call.connection)
      case 'cancelTables':
        return tables.cancel(call.of)
      case 'describeTable':
        return tables.table(call.of, call.oid)
      case 'planStart':
        return planStart(deps.plan, call)
      case 'planChange':
        return deps.define.planChange({ ...call, source: call.source, files: new Map(call.files) })
      case 'makeTable':
        return makeTable(deps.define, call)
      case 'cancelQuestion':
        return define.cancel(call.question)
      default:
        return define.serve(call)
    }
  }

  return {
    async receive(message) {
      if (message.type === 'ping') return post({ type: 'pong' })
      const { id, call } = message
      try {
        post({ type: 'answer', id, value: await serve(call) })
      } catch (error) {
        post({ type: 'no', id, failure: failureOf(error, log, `Cannot serve ${call.name}`) })
      }
    },
  }
}
