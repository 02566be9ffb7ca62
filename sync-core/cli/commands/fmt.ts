import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Problem } from '../../domain/manifest.ts'
import { formatManifest } from '../../manifest/print/format-manifest.ts'
import { replaceFile } from '../../manifest/print/replace-file.ts'
import { readManifestFile } from '../../manifest/read-manifest-file.ts'
import type { CommandIo } from '../io.ts'
import { formatProblem } from '../print-problems.ts'
import { UsageError } from '../usage-error.ts'

interface Formatted {
  readonly path: string
  /** `differs`: under `--check`, where it would be formatted. */
  readonly state: 'formatted' | 'differs' | 'unchanged' | 'unreadable'
  readonly problems: readonly Problem[]
}

/** Prints manifests canonically into their own files, or says which are not. Returns the exit code. */
export async function fmt(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { check: { type: 'boolean' }, json: { type: 'boolean' } },
  })
  if (positionals.length === 0) throw new UsageError('Which manifest? Name at least one rejot-manifest.json')
  let bad = false
  for (const name of positionals) {
    const result = await formatFile(resolve(io.folder, name), values.check === true)
    if (result.state === 'differs' || result.state === 'unreadable') bad = true
    io.out(values.json === true ? `${JSON.stringify(result)}\n` : told(result, name, io.folder))
  }
  return bad ? 1 : 0
}

async function formatFile(path: string, check: boolean): Promise<Formatted> {
  const content = await readManifestFile(path)
  if (content === undefined) return { path, state: 'unreadable', problems: [missing(path)] }
  const { text, problems } = formatManifest(content, path)
  if (text === undefined) return { path, state: 'unreadable', problems }
  if (!check) return { path, state: (await replaceFile(path, content, text)) ? 'formatted' : 'unchanged', problems }
  return { path, state: Buffer.from(text).equals(content) ? 'unchanged' : 'differs', problems }
}

function missing(file: string): Problem {
  return { severity: 'error', file, line: 1, column: 1, message: `There is no manifest at ${file}` }
}

function told({ state, problems }: Formatted, name: string, folder: string): string {
  switch (state) {
    case 'unchanged':
      return ''
    case 'unreadable':
      return problems.map((problem) => formatProblem(problem, folder)).join('')
    case 'formatted':
      return `${name}: formatted\n`
    case 'differs':
      return `${name}: is not in canonical form: run "rejot fmt ${name}"\n`
  }
}
