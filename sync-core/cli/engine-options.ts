import { parseArgs } from 'node:util'
import { chooseStateFolder } from './choose-state-folder.ts'
import type { CommandIo } from './io.ts'
import { UsageError } from './usage-error.ts'

export interface EngineArguments {
  readonly stateDir: string
  readonly json: boolean
  /** What is named, such as consumers. */
  readonly names: readonly string[]
}

/** Which engine a command is for, and what it names: at least one `noun`. Throws a UsageError or a Complaint. */
export async function readEngineArguments(
  args: readonly string[],
  noun: string,
  io: CommandIo,
): Promise<EngineArguments> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { state: { type: 'string' }, manifest: { type: 'string' }, json: { type: 'boolean' } },
  })
  if (positionals.length === 0) throw new UsageError(`Which ${noun}? Name at least one`)
  const stateDir = await chooseStateFolder(values, io)
  return { stateDir, json: values.json === true, names: positionals }
}
