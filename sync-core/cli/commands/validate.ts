import { parseArgs } from 'node:util'
import type { Problem } from '../../domain/manifest.ts'
import { readManifestFile } from '../../manifest/read-manifest-file.ts'
import { findUnknownFields } from '../../manifest/unknown-fields.ts'
import type { CommandIo } from '../io.ts'
import { hasError } from '../print-problems.ts'
import { type ProblemFormat, problemFormats, problemLine } from '../problem-formats.ts'
import { readManifests } from '../read-manifests.ts'
import { UsageError } from '../usage-error.ts'

/** Checks manifests by their text. Returns the exit code. */
export async function validate(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { strict: { type: 'boolean' }, format: { type: 'string' }, json: { type: 'boolean' } },
  })
  const format = values.json === true ? 'json' : readFormat(values.format)
  const strict = values.strict === true
  const { pipeline, problems } = await readManifests(positionals, strict ? { ...io, env: everyVariable } : io)
  const { manifests, consumers } = pipeline
  const all = strict ? asErrors([...problems, ...(await unknownIn(manifests))]) : problems
  for (const problem of all) io.out(problemLine(problem, format, io.folder))
  if (hasError(all)) return 1
  const schemas = manifests.reduce((sum, { publicSchemas }) => sum + publicSchemas.length, 0)
  const summary = `${count(manifests.length, 'manifest')}: ${count(schemas, 'public schema')}, ${count(consumers.length, 'consumer')}, no errors\n`
  if (format !== 'json') io.out(summary)
  return 0
}

function readFormat(value = 'plain'): ProblemFormat {
  const format = problemFormats.find((one) => one === value)
  if (format === undefined) throw new UsageError(`--format is one of ${problemFormats.join(', ')}`)
  return format
}

/** Where contracts are checked nobody needs a password: each is taken to be there. */
const everyVariable = new Proxy<Record<string, string>>(
  {},
  {
    get: () => 'set',
    getOwnPropertyDescriptor: () => ({ value: 'set', configurable: true, enumerable: true, writable: true }),
  },
)

function asErrors(problems: readonly Problem[]): readonly Problem[] {
  return problems.map((problem) => ({ ...problem, severity: 'error' }))
}

async function unknownIn(manifests: readonly { readonly path: string }[]): Promise<readonly Problem[]> {
  const found = manifests.map(async ({ path }) => findUnknownFields((await readManifestFile(path)) ?? '', path))
  return (await Promise.all(found)).flat()
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
