import type { CommandIo } from '../io.ts'
import { UsageError } from '../usage-error.ts'
import { listDeadLetters } from './dead-letters-list.ts'
import { retryDeadLetters } from './dead-letters-retry.ts'
import { skipDeadLetters } from './dead-letters-skip.ts'

/** What destinations have refused. Returns the exit code. */
export async function deadLetters([action, ...args]: readonly string[], io: CommandIo): Promise<number> {
  switch (action) {
    case 'list':
      return listDeadLetters(args, io)
    case 'retry':
      return retryDeadLetters(args, io)
    case 'skip':
      return skipDeadLetters(args, io)
    default:
      throw new UsageError(
        action === undefined
          ? 'What about the dead letters? list, retry or skip'
          : `There is no "dead-letters ${action}"`,
      )
  }
}
