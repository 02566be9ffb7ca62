import { parseArgs } from 'node:util'
import { manifestJsonSchema } from '../../manifest/manifest-format.ts'
import type { CommandIo } from '../io.ts'

/** Prints the JSON Schema of manifests. Returns the exit code. */
export async function schema(args: readonly string[], io: CommandIo): Promise<number> {
  parseArgs({ args: [...args], options: {} })
  io.out(`${JSON.stringify(manifestJsonSchema(), undefined, 2)}\n`)
  return 0
}
