import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { build } from './build.ts'
import { openDisplay } from './display.ts'
import { projectDir } from './project.mjs'
import { type Report, reportLine } from './report.ts'
import { runTestFile } from './run-test-file.ts'
import { runStaticChecks } from './static-checks.ts'
import { findTestFiles } from './test-files.ts'

/**
 * All checks and tests, or with arguments only the test files whose path contains one of them. Prints a line for each
 * as it ends, the failures in full after them, and at last one line `N passed, N failed`.
 */
const patterns = process.argv.slice(2)
const reports: Report[] = []
const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
const done = (report: Report): void => {
  reports.push(report)
  say(reportLine(report))
}

// Compiled code is kept between the runs and shared by all files, and by the engines that they start: with it a process
// of ours is up in a third of the time.
process.env.NODE_COMPILE_CACHE ??= join(projectDir, 'node_modules', '.cache', 'rejot', 'compiled')

const timeoutMs = 240_000
const files = findTestFiles(patterns)
if (patterns.length === 0) await runStaticChecks(done)
const plain = files.plain.map((file) => async () => done(await runTestFile(file, { timeoutMs })))
const window = files.window.length > 0 ? [() => runWindowTests(files.window)] : []
// One lane more than processors: a file waits for servers, clocks and processes for a good part of its time.
await inTurn([...window, ...plain], Math.min(availableParallelism() + 1, 5))
finish()

/** One at a time, since they share a display, and from the beginning, as the longest piece of work there is. */
async function runWindowTests(windowFiles: readonly string[]): Promise<void> {
  const startedAt = performance.now()
  try {
    await build(say)
  } catch (error) {
    const failure = { name: 'build', message: error instanceof Error ? error.message : String(error) }
    done({ name: 'build', passed: 0, failures: [failure], durationMs: performance.now() - startedAt })
    return
  }
  const display = await openDisplay()
  try {
    for (const file of windowFiles) done(await runTestFile(file, { timeoutMs, env: display.env }))
  } finally {
    await display.close()
  }
}

/** Begins all pieces of work in their order, `width` at a time. */
async function inTurn(work: readonly (() => Promise<void>)[], width: number): Promise<void> {
  const waiting = [...work]
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next()
  }
  await Promise.all(Array.from({ length: width }, lane))
}

function finish(): void {
  for (const { name, failures } of reports) {
    for (const failure of failures) say(`\n✖ ${name} › ${failure.name}\n${failure.message}`)
  }
  const passed = reports.reduce((sum, report) => sum + report.passed, 0)
  const failed = reports.reduce((sum, report) => sum + report.failures.length, 0)
  if (passed + failed === 0) say(`No test file matches ${patterns.join(' ')}`)
  say(`\n${passed} passed, ${failed} failed`)
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0
}
