import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { loadPipeline } from '../../manifest/load-pipeline.ts'
import { printTypes } from '../../manifest/print/print-types.ts'
import { readManifestFile } from '../../manifest/read-manifest-file.ts'
import { Complaint } from '../complaint.ts'
import type { CommandIo } from '../io.ts'
import { formatProblem, hasError } from '../print-problems.ts'
import { UsageError } from '../usage-error.ts'

const manifestText = z.object({ publicSchemas: z.array(z.record(z.string(), z.json())).default([]) })

/** Prints TypeScript types of the public schemas of manifests. Returns the exit code. */
export async function types(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { schema: { type: 'string', multiple: true }, json: { type: 'boolean' } },
  })
  if (positionals.length === 0) throw new UsageError('Which manifest? Name at least one rejot-manifest.json')
  const paths = positionals.map((path) => resolve(io.folder, path))
  const { pipeline, problems } = await loadPipeline(paths, io.env, { whole: false })
  for (const problem of problems.filter(({ severity }) => severity === 'error'))
    io.err(formatProblem(problem, io.folder))
  if (hasError(problems)) return 1
  const entries: Entry[] = []
  for (const { path } of pipeline.manifests) {
    const content = new TextDecoder().decode(await readManifestFile(path))
    entries.push(...manifestText.parse(JSON.parse(content)).publicSchemas)
  }
  const missing = values.schema?.find((wanted) => !entries.some(({ name }) => name === wanted))
  if (missing !== undefined) throw new Complaint(`There is no public schema "${missing}" in these manifests`)
  const chosen = entries.filter(({ name }) => values.schema?.includes(String(name)) ?? true)
  const text = printTypes(highestMinors(chosen))
  io.out(values.json === true ? `${JSON.stringify({ types: text })}\n` : text)
  return 0
}

type Entry = z.infer<typeof manifestText>['publicSchemas'][number]
const versionOf = z.object({ version: z.object({ major: z.number(), minor: z.number() }) })

/** Minors replace each other. */
function highestMinors(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter((entry) => {
    const { version } = versionOf.parse(entry)
    return !entries.some((other) => {
      const { version: theirs } = versionOf.parse(other)
      return other.name === entry.name && theirs.major === version.major && theirs.minor > version.minor
    })
  })
}
