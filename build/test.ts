import { build } from './build.ts'
import { openDisplay } from './display.ts'
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

const files = findTestFiles(patterns)
if (patterns.length === 0) await runStaticChecks(done)
await inTurn(files.plain, 2, async (file) => done(await runTestFile(file, { timeoutMs: 240_000 })))
if (files.window.length > 0) await runWindowTests(files.window)
finish()

/** One at a time and last: each has the processor and the display to itself. */
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
    for (const file of windowFiles) done(await runTestFile(file, { timeoutMs: 240_000, env: display.env }))
  } finally {
    await display.close()
  }
}

/** Runs `work` for all items, `width` at a time. */
async function inTurn<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const lane = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
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
