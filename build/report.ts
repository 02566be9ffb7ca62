/** What came of one test file, or of one check, which counts as one test. */
export interface Report {
  readonly name: string
  readonly passed: number
  readonly failures: readonly Failure[]
  readonly durationMs: number
  /** What its tests said of themselves with `diagnostic`: figures that are measured, seeds. */
  readonly remarks?: readonly string[]
}

export interface Failure {
  readonly name: string
  /** All that helps to find the cause; several lines. */
  readonly message: string
}

/** One line: mark, name, how many, how long. Below it, further in, the remarks. */
export function reportLine({ name, passed, failures, durationMs, remarks = [] }: Report): string {
  const counts = failures.length === 0 ? `${passed} passed` : `${passed} passed, ${failures.length} FAILED`
  const line = `${failures.length === 0 ? '✔' : '✖'} ${name.padEnd(60)} ${counts.padEnd(20)} ${(durationMs / 1000).toFixed(1)} s`
  return [line, ...remarks.flatMap((remark) => remark.trimEnd().split('\n'))].join('\n    ')
}
