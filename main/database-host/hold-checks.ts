import type { Connection } from '../../sync-core/domain/connection.ts'
import type { CheckOptions, CheckRequest, CheckStep, FixResult } from '../../sync-core/domain/connection-check.ts'
import { Refusal } from '../ipc/refusal.ts'
import type { DatabaseAnswer, DatabaseCall } from './database-messages.ts'

type Of<N extends DatabaseCall['name']> = Extract<DatabaseCall, { name: N }>

export interface HoldChecksDeps {
  checkConnection(request: CheckRequest, options: CheckOptions): Promise<readonly CheckStep[]>
  /** Which steps are to be asked again with this one. */
  stepsWith(request: CheckRequest, step: string): readonly string[]
  applyFix(connection: Connection, statements: readonly string[]): Promise<FixResult>
  onStep(checkId: string, step: CheckStep): void
}

/**
 * The checks that the window has made, with what they were given and found: a step is asked again with the same
 * connection, and only SQL that a step really has is ever run. The oldest are forgotten.
 */
export interface HeldChecks {
  check(call: Of<'check'>): Promise<DatabaseAnswer<'check'>>
  cancel(checkId: string): void
  /** Rejects with a Refusal when the check or the step is not known. */
  recheck(call: Of<'recheck'>): Promise<DatabaseAnswer<'recheck'>>
  /** Rejects with a Refusal when the statements are not the step's, or production is not confirmed. */
  applyFix(call: Of<'applyFix'>): Promise<DatabaseAnswer<'applyFix'>>
}

interface Held {
  readonly request: CheckRequest
  readonly steps: Map<string, CheckStep>
  /** Ends what is under way. */
  running: AbortController
}

const limit = 16

export function holdChecks(deps: HoldChecksDeps): HeldChecks {
  const held = new Map<string, Held>()

  const find = (checkId: string, step: string): { readonly check: Held; readonly step: CheckStep } => {
    const check = held.get(checkId)
    const known = check?.steps.get(step)
    if (check !== undefined && known !== undefined) return { check, step: known }
    throw new Refusal({
      message: 'Cannot ask that step again: its check is no longer known',
      solution: 'Test the connection again.',
    })
  }

  const ask = async (checkId: string, check: Held, only?: readonly string[]) => {
    check.running.abort()
    const running = new AbortController()
    check.running = running
    const steps = await deps.checkConnection(check.request, {
      only,
      signal: running.signal,
      onStep(step) {
        // What a newer question has overtaken is not shown any more.
        if (check.running !== running || held.get(checkId) !== check) return
        check.steps.set(step.id, step)
        deps.onStep(checkId, step)
      },
    })
    return { steps, cancelled: running.signal.aborted }
  }

  const again = (checkId: string, check: Held, step: string) => ask(checkId, check, deps.stepsWith(check.request, step))

  return {
    async check({ checkId, name: _, ...request }) {
      held.get(checkId)?.running.abort()
      held.delete(checkId)
      const check: Held = { request: withPassword(request), steps: new Map(), running: new AbortController() }
      held.set(checkId, check)
      forgetOldest(held)
      return ask(checkId, check)
    },
    cancel(checkId) {
      held.get(checkId)?.running.abort()
    },
    async recheck({ checkId, step }) {
      return again(checkId, find(checkId, step).check, step)
    },
    async applyFix({ checkId, step: id, statements, confirmed, administrator }) {
      const { check, step } = find(checkId, id)
      const { connection } = check.request
      const own = step.fix?.statements ?? []
      if (statements.some((statement) => !own.includes(statement))) throw otherStatements()
      if (connection.environment === 'production' && !confirmed) throw unconfirmed(connection.slug)
      const result = await deps.applyFix({ ...connection, ...administrator }, statements)
      return { result, steps: (await again(checkId, check, id)).steps }
    },
  }
}

function withPassword(request: Omit<Of<'check'>, 'name' | 'checkId'>): CheckRequest {
  const { connection } = request
  return { ...request, connection: { ...connection, password: connection.password } }
}

function forgetOldest(held: Map<string, Held>): void {
  for (const [id, check] of held) {
    if (held.size <= limit) return
    check.running.abort()
    held.delete(id)
  }
}

function otherStatements(): Refusal {
  return new Refusal({
    message: 'Cannot apply this: it is not the SQL that the step has now',
    solution: 'Check the step again, and look at its SQL before applying it.',
  })
}

function unconfirmed(slug: string): Refusal {
  return new Refusal({
    message: `Cannot apply this to ${slug}: it is labelled production, and nobody confirmed it`,
    solution: 'Confirm it, or let the owner of the database run the SQL.',
  })
}
