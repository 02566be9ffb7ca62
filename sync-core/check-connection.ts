import type { Connection } from './domain/connection.ts'
import type {
  CheckOptions,
  CheckRequest,
  CheckStep,
  EngineCheck,
  Finding,
  FixResult,
  StepQuestion,
} from './domain/connection-check.ts'
import { applyPostgresFix } from './postgres/check/apply-fix.ts'
import { type PostgresCheckContext, postgresCheck } from './postgres/check/postgres-check.ts'

/** The steps of each kind of database. */
const engines: Readonly<Record<Connection['engine'], EngineCheck<PostgresCheckContext>>> = { postgres: postgresCheck }

/** A server that swallows what it is sent must not hang a check. */
const usualDeadlineMs = 8_000

/**
 * Asks step by step whether a database can be followed from or written into, and changes nothing there. Reports each step as
 * `waiting`, then each change, and returns all of them as they ended. Never takes much longer than a deadline for each
 * step; aborted, it returns at once, with the steps that were not finished `skipped`. Rejects only for a bug.
 */
export async function checkConnection(
  request: CheckRequest,
  { only, signal, onStep, deadlineMs = usualDeadlineMs }: CheckOptions,
): Promise<readonly CheckStep[]> {
  const engine = engines[request.connection.engine]
  const questions = questionsOf(request)
  const wanted = ({ id }: { readonly id: string }): boolean => only === undefined || only.includes(id)
  const steps = new Map<string, CheckStep>()
  const tell = (step: CheckStep): void => {
    if (!wanted(step)) return
    steps.set(step.id, step)
    onStep(step)
  }
  for (const question of questions) tell({ ...titled(question), state: 'waiting', evidence: [] })
  const context = engine.open(request, signal)
  const end = questions.findLastIndex(wanted)
  let barrier: string | undefined
  try {
    for (const question of questions.slice(0, end + 1)) {
      if (!wanted(question) && !question.gate) continue
      if (signal.aborted) barrier = 'Stopped'
      if (barrier !== undefined) {
        tell({ ...titled(question), state: 'skipped', sentence: barrier, evidence: [] })
        continue
      }
      const { lost, ...step } = await askOne(engine, context, { question, request, signal, deadlineMs, tell })
      tell(step)
      if (lost || (question.gate && step.state === 'failed')) barrier = `Not asked: ${question.title} failed`
    }
  } finally {
    await context.close()
  }
  return [...steps.values()]
}

/** The steps that are to be asked again with this one: with a step that others stand on, those too. */
export function stepsWith(request: CheckRequest, step: string): readonly string[] {
  const questions = questionsOf(request)
  const place = questions.findIndex(({ id }) => id === step)
  if (questions[place]?.gate !== true) return [step]
  return questions.slice(place).map(({ id }) => id)
}

/**
 * Runs statements of a fix: together or not at all, where the server allows that. A lock is waited for 2 s. Tells a
 * failure as a result.
 */
export async function applyFix(connection: Connection, statements: readonly string[]): Promise<FixResult> {
  return applyPostgresFix(connection, statements)
}

function questionsOf({ connection, purpose }: CheckRequest): readonly StepQuestion<PostgresCheckContext>[] {
  const { steps } = engines[connection.engine]
  return purpose === 'both' ? steps : steps.filter(({ purposes }) => purposes.includes(purpose))
}

function titled({ id, title }: StepQuestion<PostgresCheckContext>): Pick<CheckStep, 'id' | 'title'> {
  return { id, title }
}

interface Asking {
  readonly question: StepQuestion<PostgresCheckContext>
  readonly request: CheckRequest
  readonly signal: AbortSignal
  readonly deadlineMs: number
  readonly tell: (step: CheckStep) => void
}

async function askOne(
  engine: EngineCheck<PostgresCheckContext>,
  context: PostgresCheckContext,
  { question, request, signal, deadlineMs, tell }: Asking,
): Promise<CheckStep & { readonly lost: boolean }> {
  const began = performance.now()
  const deadline = createDeadline(deadlineMs)
  const running = (sentence?: string): void => {
    deadline.renew()
    tell({ ...titled(question), state: 'running', sentence, durationMs: elapsedMs(began), evidence: [] })
  }
  running()
  const either = AbortSignal.any([signal, deadline.signal])
  const ended = (finding: Finding & { readonly lost?: boolean }) => ({
    lost: false,
    ...titled(question),
    ...finding,
    durationMs: elapsedMs(began),
  })
  try {
    return ended(await unlessAborted(question.ask(context, { signal: either, progress: running }), either))
  } catch (error) {
    if (signal.aborted) return ended({ state: 'skipped', sentence: 'Stopped', evidence: [], lost: true })
    if (deadline.signal.aborted) return ended(tooLate(deadlineMs))
    return ended(engine.explain(error, request))
  } finally {
    deadline.clear()
  }
}

/** One that gets on is given its time again. */
function createDeadline(deadlineMs: number) {
  const late = new AbortController()
  let timer: NodeJS.Timeout | undefined
  return {
    signal: late.signal,
    renew() {
      clearTimeout(timer)
      timer = setTimeout(() => late.abort(), deadlineMs)
    },
    clear: () => clearTimeout(timer),
  }
}

function tooLate(deadlineMs: number): Finding & { readonly lost: boolean } {
  return {
    state: 'failed',
    sentence: `No answer within ${deadlineMs / 1_000} s`,
    solution: 'Check host and port, and whether a firewall lets you through to a Postgres server there.',
    evidence: [],
    lost: true,
  }
}

/** Also for work that does not know signals, such as looking up a name. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  work.catch(() => {})
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function elapsedMs(began: number): number {
  return Math.round((performance.now() - began) * 10) / 10
}
