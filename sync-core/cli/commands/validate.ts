import { parseArgs } from 'node:util'
import type { CommandIo } from '../io.ts'
import { formatProblem, hasError } from '../print-problems.ts'
import { readManifests } from '../read-manifests.ts'

/** Checks manifests by their text. Returns the exit code. */
export async function validate(args: readonly string[], io: CommandIo): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} })
  const { pipeline, problems } = await readManifests(positionals, io)
  for (const problem of problems) io.out(formatProblem(problem, io.folder))
  if (hasError(problems)) return 1
  const { manifests, consumers } = pipeline
  const schemas = manifests.reduce((sum, { publicSchemas }) => sum + publicSchemas.length, 0)
  io.out(
    `${count(manifests.length, 'manifest')}: ${count(schemas, 'public schema')}, ${count(consumers.length, 'consumer')}, no errors\n`,
  )
  return 0
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
