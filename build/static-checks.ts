import { join } from 'node:path'
import { checkImports } from './check-imports.ts'
import { projectDir } from './project.mjs'
import type { Report } from './report.ts'
import { run } from './run.mjs'

/** Runs what can be checked without running the program: format, lint, imports, types. Each counts as one test. */
export async function runStaticChecks(done: (report: Report) => void): Promise<void> {
  done(await check('format and lint (biome)', () => tool('biome', ['ci', '--colors=off'])))
  done(await check('imports', async () => checkImports(projectDir).join('\n')))
  done(await check('types (tsc)', () => tool('tsc', ['--pretty', 'false'])))
}

/** `work` returns what is wrong, empty when nothing is. */
async function check(name: string, work: () => Promise<string>): Promise<Report> {
  const startedAt = performance.now()
  const message = await work()
  const durationMs = performance.now() - startedAt
  if (message === '') return { name, passed: 1, failures: [], durationMs }
  return { name, passed: 0, failures: [{ name: 'problems', message }], durationMs }
}

async function tool(name: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(join(projectDir, 'node_modules', '.bin', name), args, { quiet: true })
  return code === 0 ? '' : `${stdout}${stderr}`.trim() || `${name} ended with ${code}`
}
