import type { Log } from '../../sync-core/domain/log.ts'
import type { Child, ChildOptions } from '../fork-child.ts'
import { createPendingCalls } from '../pending-calls.ts'
import {
  type DatabaseAnswer,
  type DatabaseCall,
  type DatabaseCallName,
  type DatabaseToMain,
  databaseAnswers,
  type MainToDatabase,
} from './database-messages.ts'

type DatabaseChild = Pick<Child<MainToDatabase>, 'post' | 'kill'>

export interface DatabaseSupervisorDeps {
  fork(events: Pick<ChildOptions<DatabaseToMain>, 'onSpawn' | 'onMessage' | 'onExit'>): DatabaseChild
  onStep(step: Extract<DatabaseToMain, { type: 'step' }>): void
  readonly log: Log
  /** What the process says about itself. */
  readonly databaseLog: Log
}

/**
 * Questions of the window to databases, in a process of their own: it is started by the first one, and killed when it
 * does not answer a ping while it is asked something. Then what was asked is refused, and the next question starts another.
 */
export interface DatabaseSupervisor {
  /** Rejects with a Refusal. */
  call<N extends DatabaseCallName>(call: Extract<DatabaseCall, { name: N }>): Promise<DatabaseAnswer<N>>
  /** Ends it at once: it holds nothing that has to be kept. */
  close(): void
}

const pingEveryMs = 2_000
/** A starting process takes about one of them. */
const pingsUnanswered = 5

export function superviseDatabaseHost(deps: DatabaseSupervisorDeps): DatabaseSupervisor {
  const calls = createPendingCalls({
    answers: databaseAnswers,
    gone: { message: 'Cannot ask the database: the process for that ended', solution: 'Try it again.' },
    tooMany: { message: 'Cannot ask the database: too many questions are under way', solution: 'Wait for them.' },
  })
  let child: DatabaseChild | undefined
  let owed = 0
  let pings: NodeJS.Timeout | undefined

  const watch = (): void => {
    owed = 0
    pings ??= setInterval(() => {
      if (calls.waiting === 0) return unwatch()
      if (owed === pingsUnanswered) {
        deps.log.warn('The process for databases hangs and is ended')
        child?.kill()
        return unwatch()
      }
      owed += 1
      child?.post({ type: 'ping' })
    }, pingEveryMs)
  }
  const unwatch = (): void => {
    clearInterval(pings)
    pings = undefined
  }

  const receive = (message: DatabaseToMain) => {
    switch (message.type) {
      case 'answer':
        return calls.answered(message.id, message.value)
      case 'no':
        return calls.refused(message.id, message.failure)
      case 'step':
        return deps.onStep(message)
      case 'pong':
        owed = 0
        return
      case 'log':
        return deps.databaseLog[message.level](message.message)
    }
  }

  const start = (): DatabaseChild => {
    const made = deps.fork({
      onSpawn: () => undefined,
      onMessage: receive,
      onExit: (code) => {
        if (child !== made) return
        deps.log.info(`The process for databases ended with ${code}`)
        child = undefined
        unwatch()
        calls.abandon()
      },
    })
    child = made
    return made
  }

  return {
    call(call) {
      const asked = child ?? start()
      watch()
      return calls.ask(call.name, (id) => asked.post({ type: 'call', id, call })) as Promise<
        DatabaseAnswer<typeof call.name>
      >
    },
    close() {
      child?.kill()
    },
  }
}
