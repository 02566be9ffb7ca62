import { readEngineArguments } from '../engine-options.ts'
import type { CommandIo } from '../io.ts'
import { tellEngine } from '../tell-engine.ts'

/** Pauses consumers of a running engine. Returns the exit code. */
export async function pause(args: readonly string[], io: CommandIo): Promise<number> {
  const { stateDir, json, names } = await readEngineArguments(args, 'consumer', io)
  for (const consumer of names) {
    await tellEngine(stateDir, 'pause', { consumer })
    io.out(json ? `${JSON.stringify({ paused: consumer })}\n` : `Paused ${consumer}; its events wait in the store\n`)
  }
  return 0
}
