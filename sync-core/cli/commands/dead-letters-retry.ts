import { readEngineArguments, wholeNumber } from '../engine-options.ts'
import type { CommandIo } from '../io.ts'
import { tellReplay } from '../replay-line.ts'
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
  let worst = 0
  for (const consumer of names) {
    const result = await tellEngine(stateDir, 'dead-letters/retry', { consumer, ...selection })
    const { text, code } = tellReplay(consumer, result, json)
    io.out(text)
    worst = Math.max(worst, code)
  }
  return worst
}
