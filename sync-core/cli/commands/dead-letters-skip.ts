import { readEngineArguments, wholeNumber } from '../engine-options.ts'
import type { CommandIo } from '../io.ts'
import { tellEngine } from '../tell-engine.ts'
import { UsageError } from '../usage-error.ts'

/** Gives dead letters up, for a reason that is kept. Returns the exit code. */
export async function skipDeadLetters(args: readonly string[], io: CommandIo): Promise<number> {
  const { stateDir, json, names, values } = await readEngineArguments(args, 'consumer', io, [
    'offset',
    'sqlstate',
    'constraint',
    'reason',
  ])
  const { offset, reason, ...cause } = values
  if (reason === undefined || reason.trim() === '') throw new UsageError('Why? Give the reason with --reason TEXT')
  if (offset === undefined && Object.keys(cause).length === 0) {
    throw new UsageError('Which dead letters? Name them with --offset N, --sqlstate STATE or --constraint NAME')
  }
  const selection = { ...cause, ...(offset === undefined ? {} : { offset: wholeNumber('offset', offset) }) }
  for (const consumer of names) {
    const { skipped } = await tellEngine(stateDir, 'dead-letters/skip', { consumer, ...selection, reason })
    io.out(
      json
        ? `${JSON.stringify({ consumer, skipped })}\n`
        : `${consumer}: gave up ${skipped} dead ${skipped === 1 ? 'letter' : 'letters'}; what comes after each goes on\n`,
    )
  }
  return 0
}
