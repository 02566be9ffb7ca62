import { readEngineArguments } from '../engine-options.ts'
import type { CommandIo } from '../io.ts'
import { tellEngine } from '../tell-engine.ts'

/** Makes consumers of a running engine write all their rows again. Returns the exit code. */
export async function startOver(args: readonly string[], io: CommandIo): Promise<number> {
  const { stateDir, json, names } = await readEngineArguments(args, 'consumer', io)
  for (const consumer of names) {
    await tellEngine(stateDir, 'start-over', { consumer })
    io.out(
      json
        ? `${JSON.stringify({ startedOver: consumer })}\n`
        : `${consumer} writes all its rows again; "rejot status" shows how far its offset is\n`,
    )
  }
  return 0
}
