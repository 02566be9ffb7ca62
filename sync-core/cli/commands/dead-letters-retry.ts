import { readEngineArguments, wholeNumber } from '../engine-options.ts'
import type { CommandIo } from '../io.ts'
import { replayEach } from '../replay-each.ts'
import { tellEngine } from '../tell-engine.ts'

/** Tries dead letters again: one, those of a cause, or all of a consumer. Returns the exit code. */
export async function retryDeadLetters(args: readonly string[], io: CommandIo): Promise<number> {
  const { stateDir, json, names, values } = await readEngineArguments(args, 'consumer', io, [
    'offset',
    'sqlstate',
    'constraint',
  ])
  const { offset, ...cause } = values
  const selection = { ...cause, ...(offset === undefined ? {} : { offset: wholeNumber('offset', offset) }) }
  return replayEach(names, { io, json }, (consumer) =>
    tellEngine(stateDir, 'dead-letters/retry', { consumer, ...selection }),
  )
}
