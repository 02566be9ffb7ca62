/** What came of one test file, or of one check, which counts as one test. */
export interface Report {
  readonly name: string
  readonly passed: number
  readonly failures: readonly Failure[]
  readonly durationMs: number
}

export interface Failure {
  readonly name: string
  /** All that helps to find the cause; several lines. */
  readonly message: string
}

/** One line: mark, name, how many, how long. */
export function reportLine({ name, passed, failures, durationMs }: Report): string {
  const counts = failures.length === 0 ? `${passed} passed` : `${passed} passed, ${failures.length} FAILED`
  return `${failures.length === 0 ? '✔' : '✖'} ${name.padEnd(60)} ${counts.padEnd(20)} ${(durationMs / 1000).toFixed(1)} s`
}
