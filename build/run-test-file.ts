import { resolve } from 'node:path'
import { run } from 'node:test'
import { inspect } from 'node:util'
import { watchDescendants } from './leftovers.ts'
import { projectDir } from './project.mjs'
import type { Failure, Report } from './report.ts'

export interface RunOptions {
  /** For the whole file. */
  readonly timeoutMs: number
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Runs one test file in a process of its own. A skipped test, a file without tests and a process that is left over
 * count as failures: each of them hides something.
 */
export function runTestFile(file: string, { timeoutMs, env = {} }: RunOptions): Promise<Report> {
  const startedAt = performance.now()
  const descendants = watchDescendants()
  const path = resolve(projectDir, file)
  const failures: Failure[] = []
  const remarks: string[] = []
  let passed = 0
  let output = ''
  const tooLong = new AbortController()
  // The runner's own limit ends a test, and leaves a file that still waits for something running.
  const deadline = setTimeout(() => {
    failures.push({ name: 'too long', message: `It took longer than ${timeoutMs / 1000} s` })
    descendants.kill()
    tooLong.abort()
  }, timeoutMs)
  const stream = run({
    files: [path],
    isolation: 'process',
    cwd: projectDir,
    signal: tooLong.signal,
    env: { ...process.env, ...env, ...descendants.mark },
  })
  stream.on('test:pass', ({ name, skip, todo, details, file: where }) => {
    if (details.type === 'suite') return
    // The runner names a file without tests as if it were a test.
    if (where === undefined || resolve(projectDir, name) === path)
      failures.push({ name, message: 'There is no test in it' })
    else if (skip !== undefined || todo !== undefined) failures.push({ name, message: 'It was skipped' })
    else passed += 1
  })
  stream.on('test:fail', ({ name, details: { error } }) => {
    // A suite fails because of what is in it, which is told by itself.
    if ('failureType' in error && error.failureType === 'subtestsFailed') return
    failures.push({ name, message: inspect(error.cause ?? error, { depth: 6 }) })
  })
  stream.on('test:diagnostic', ({ message, file: where }) => {
    // Node's own counters belong to no file.
    if (where !== undefined) remarks.push(message)
  })
  const gather = ({ message }: { readonly message: string }): void => {
    output += message
  }
  stream.on('test:stdout', gather)
  stream.on('test:stderr', gather)
  return new Promise((done, reject) => {
    stream.on('error', reject)
    stream.on('end', async () => {
      clearTimeout(deadline)
      for (const left of await descendants.end()) failures.push({ name: 'left over', message: left })
      const first = failures.shift()
      if (first !== undefined) failures.unshift({ ...first, message: withOutput(first.message, output) })
      done({ name: file, passed, failures, durationMs: performance.now() - startedAt, remarks })
    })
    stream.resume()
  })
}

function withOutput(message: string, output: string): string {
  return output.trim() === '' ? message : `${message}\n--- printed by the file ---\n${output.trimEnd()}`
}
