import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { chooseStateFolder } from './choose-state-folder.ts'
import type { CommandIo } from './io.ts'
import { UsageError } from './usage-error.ts'

export interface EngineArguments<Values> {
  readonly stateDir: string
  readonly json: boolean
  /** What is named, such as consumers. */
  readonly names: readonly string[]
  /** Options of the command itself, as text. */
  readonly values: Values
}

/**
 * Which engine a command is for, what it names, and `own` options of the command, each with a value. Throws a UsageError
 * when it names no `noun`, and a Complaint when the engine's folder is not clear.
 */
export async function readEngineArguments<Own extends string = never>(
  args: readonly string[],
  noun: string | undefined,
  io: CommandIo,
  own: readonly Own[] = [],
): Promise<EngineArguments<Readonly<Partial<Record<Own, string>>>>> {
  const options: ParseArgsOptionsConfig = {
    state: { type: 'string' },
    manifest: { type: 'string' },
    json: { type: 'boolean' },
    ...Object.fromEntries(own.map((name) => [name, { type: 'string' as const }])),
  }
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options })
  if (noun !== undefined && positionals.length === 0) throw new UsageError(`Which ${noun}? Name at least one`)
  const text = (name: string): string | undefined => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  const stateDir = await chooseStateFolder({ state: text('state'), manifest: text('manifest') }, io)
  const given = own.flatMap((name) => {
    const value = text(name)
    return value === undefined ? [] : [[name, value]]
  })
  return { stateDir, json: values.json === true, names: positionals, values: Object.fromEntries(given) }
}

/** An option that is a whole number from 0 on. Throws a UsageError for anything else. */
export function wholeNumber(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new UsageError(`--${name} is a whole number, not "${text}"`)
}
