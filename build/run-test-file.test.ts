import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'

const head = "import { test, describe } from 'node:test'\n"

test('counts what passes, inside of suites too', (t) => {
  const report = runFile(
    t,
    `${head}test('a', () => {})\ndescribe('s', () => { test('b', () => {}); test('c', () => {}) })`,
  )
  assert.deepEqual(report, { passed: 3, failures: [], remarks: [] })
})

test('keeps what tests say of themselves, and none of the counters', (t) => {
  const code = `${head}test('a', (t) => t.diagnostic('5 ms'))\ndescribe('s', () => { test('b', (t) => t.diagnostic('seed 7')) })`
  assert.deepEqual(runFile(t, code).remarks, ['5 ms', 'seed 7'])
})

test('tells a failure once, with its reason and what the file printed', (t) => {
  const code = `${head}describe('s', () => { test('b', () => { console.log('a trace'); throw new Error('the reason') }) })`
  const { passed, failures } = runFile(t, code)
  assert.equal(passed, 0)
  assert.deepEqual(
    failures.map(({ name }) => name),
    ['b'],
  )
  assert.match(failures[0]?.message ?? '', /the reason[\s\S]*a trace/)
})

test('counts a skipped test and one to do as failures', (t) => {
  const { passed, failures } = runFile(t, `${head}test.skip('a', () => {})\ntest.todo('b')\ntest('c', (t) => t.skip())`)
  assert.equal(passed, 0)
  assert.deepEqual(
    failures.map(({ name, message }) => [name, message]),
    [
      ['a', 'It was skipped'],
      ['b', 'It was skipped'],
      ['c', 'It was skipped'],
    ],
  )
})

test('does not take a file without tests for a test', (t) => {
  const { passed, failures } = runFile(t, 'export {}')
  assert.equal(passed, 0)
  assert.match(failures[0]?.message ?? '', /^There is no test in it/)
})

test('fails a file that does not load, and one that ends before its tests', (t) => {
  assert.equal(runFile(t, "throw new Error('no')").failures.length, 1)
  const { failures } = runFile(t, `${head}test('a', () => process.exit(0))`)
  assert.notEqual(failures.length, 0)
})

test('ends a file that takes too long', (t) => {
  const { failures } = runFile(t, `${head}test('a', () => new Promise(() => setInterval(() => {}, 1000)))`, 2_000)
  assert.ok(failures.some(({ message }) => message.startsWith('It took longer than 2 s')))
})

test('finds a process that is left over, and ends it', (t) => {
  const pidFile = join(folder(t), 'pid')
  const code = `${head}import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
test('a', () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
  child.unref()
  writeFileSync(${JSON.stringify(pidFile)}, String(child.pid))
})`
  const { passed, failures } = runFile(t, code)
  const pid = Number(readFileSync(pidFile, 'utf8'))
  assert.equal(passed, 1)
  assert.deepEqual(
    failures.map(({ name }) => name),
    ['left over'],
  )
  assert.match(failures[0]?.message ?? '', new RegExp(`^Process ${pid} still ran`))
  assert.ok(!isRunning(pid))
})

interface Outcome {
  readonly passed: number
  readonly failures: readonly { readonly name: string; readonly message: string }[]
  readonly remarks: readonly string[]
}

/** In a process of its own: a test process cannot run test files. */
function runFile(t: TestContext, code: string, timeoutMs = 60_000): Outcome {
  const place = folder(t)
  const file = join(place, 'given.test.mjs')
  writeFileSync(file, code)
  const runner = pathToFileURL(join(import.meta.dirname, 'run-test-file.ts')).href
  const script = join(place, 'run.mjs')
  writeFileSync(
    script,
    `import { runTestFile } from ${JSON.stringify(runner)}
    const { passed, failures, remarks } = await runTestFile(${JSON.stringify(file)}, { timeoutMs: ${timeoutMs} })
    console.log(JSON.stringify({ passed, failures, remarks }))`,
  )
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const result = spawnSync(process.execPath, [script], { env, encoding: 'utf8', timeout: 90_000 })
  assert.equal(result.status, 0, result.stderr)
  return JSON.parse(result.stdout)
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'rejot-runner-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

function isRunning(pid: number): boolean {
  try {
    // A killed one that its new parent has not looked at yet has no command line.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== ''
  } catch {
    return false
  }
}
