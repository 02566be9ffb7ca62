import { parseArgs } from 'node:util'
import { completionScript, shells } from '../completion-scripts.ts'
import type { CommandIo } from '../io.ts'
import { UsageError } from '../usage-error.ts'

/** Prints a shell's script for completing this command. Returns the exit code. */
export async function completion(args: readonly string[], io: CommandIo): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} })
  const shell = shells.find((name) => name === positionals[0])
  if (shell === undefined) throw new UsageError(`For which shell? Name one of ${shells.join(', ')}`)
  io.out(completionScript(shell))
  return 0
}
