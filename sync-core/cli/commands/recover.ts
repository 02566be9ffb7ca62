import { readEngineArguments } from '../engine-options.ts'
import type { CommandIo } from '../io.ts'
import { tellEngine } from '../tell-engine.ts'

/** Makes a running engine begin again with sources whose slots are lost. Returns the exit code. */
export async function recover(args: readonly string[], io: CommandIo): Promise<number> {
  const { stateDir, json, names } = await readEngineArguments(args, 'source', io)
  for (const source of names) {
    await tellEngine(stateDir, 'recover', { source })
    io.out(
      json
        ? `${JSON.stringify({ recovering: source })}\n`
        : `Beginning again with ${source}: a new slot, and all its rows are copied again\n`,
    )
  }
  return 0
}
