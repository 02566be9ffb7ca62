import { readEngineArguments } from '../engine-options.ts'
import type { CommandIo } from '../io.ts'
import { tellEngine } from '../tell-engine.ts'

/** Resumes consumers of a running engine. Returns the exit code. */
export async function resume(args: readonly string[], io: CommandIo): Promise<number> {
  const { stateDir, json, names } = await readEngineArguments(args, 'consumer', io)
  for (const consumer of names) {
    await tellEngine(stateDir, 'resume', { consumer })
    io.out(json ? `${JSON.stringify({ resumed: consumer })}\n` : `Resumed ${consumer}\n`)
  }
  return 0
}
