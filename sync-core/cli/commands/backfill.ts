import { readEngineArguments } from '../engine-options.ts'
import type { CommandIo } from '../io.ts'
import { tellEngine } from '../tell-engine.ts'

/** Makes a running engine copy public schemas again. Returns the exit code. */
export async function backfill(args: readonly string[], io: CommandIo): Promise<number> {
  const { stateDir, json, names } = await readEngineArguments(args, 'public schema', io)
  for (const schema of names) {
    await tellEngine(stateDir, 'backfill', { schema })
    io.out(
      json
        ? `${JSON.stringify({ backfilling: schema })}\n`
        : `Copying ${schema} again, beside its changes; "rejot status" shows how far it is\n`,
    )
  }
  return 0
}
