import { type Report, reportLine } from './report.ts'
import { runStaticChecks } from './static-checks.ts'

/** `npm run check`: format, lint, imports and types alone, in some seconds. */
await runStaticChecks((report: Report) => {
  process.stdout.write(`${reportLine(report)}\n`)
  for (const { message } of report.failures) process.stdout.write(`${message}\n`)
  if (report.failures.length > 0) process.exitCode = 1
})
