import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { projectDir } from '../../build/project.mjs'
import { environmentOfDefinitions, type RunInHostDeps, runInHost } from './run-in-host.ts'

const folder = mkdtempSync(join(tmpdir(), 'rejot-definition-host-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const script = join(projectDir, 'sync-core', 'definition-files', 'typescript', 'child.ts')

/** Real processes of plain Node; that they are Electron's in the window is shown by the walk through the changes. */
function deps(timeLimitMs: number): RunInHostDeps & { readonly children: ChildProcess[] } {
  const children: ChildProcess[] = []
  return {
    children,
    timeLimitMs,
    fork(cwd, { onSpawn, onMessage, onExit }) {
      let child: ChildProcess | undefined
      return {
        post({ path }) {
          child = fork(script, [path], { cwd, env: environmentOfDefinitions(process.env), stdio: 'ignore' })
          children.push(child)
          child.on('message', (message) => onMessage(String(message)))
          child.on('exit', (code) => onExit(code ?? -1))
          onSpawn(child.pid)
        },
        kill: () => void child?.kill('SIGKILL'),
      }
    },
  }
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

test('a file that does not end is ended, by its time limit and by a person', async () => {
  const hangs = file('hangs.ts', 'while (true) {}')
  const short = deps(200)
  const late = await runInHost(short, hangs, new AbortController().signal)
  assert.deepEqual(
    late.problems.map(({ message }) => message),
    ['Cannot run it: It took longer than 0.2 s'],
  )
  const cancelled = new AbortController()
  const long = deps(3_600_000)
  const given = runInHost(long, hangs, cancelled.signal)
  cancelled.abort()
  const { problems } = await given
  assert.equal(problems[0]?.message, 'Cannot run it: It was cancelled')
  assert.deepEqual(
    [...short.children, ...long.children].map(({ signalCode }) => signalCode),
    ['SIGKILL', 'SIGKILL'],
  )
  const never = deps(1)
  await runInHost(never, hangs, cancelled.signal)
  assert.deepEqual(never.children, [])
})

test('what it says is data, and its environment is ours in nothing', async () => {
  process.env.REJOT_TEST_SECRET = 'secret-9'
  after(() => {
    delete process.env.REJOT_TEST_SECRET
  })
  const signal = new AbortController().signal
  const says = file('says.ts', 'throw new Error(JSON.stringify(process.env))')
  const [problem] = (await runInHost(deps(30_000), says, signal)).problems
  assert.match(problem?.message ?? '', /"TZ":"UTC"/)
  assert.doesNotMatch(problem?.message ?? '', /secret-9|PATH/)
  const lies = file('lies.ts', "process.send('[7'); setInterval(() => {}, 1000); await new Promise(() => {})")
  assert.equal(
    (await runInHost(deps(30_000), lies, signal)).problems[0]?.message,
    'It gave something that is no definition',
  )
  const quits = file('quits.ts', 'process.exit(0)')
  assert.equal(
    (await runInHost(deps(30_000), quits, signal)).problems[0]?.message,
    'Cannot run it: It ended without a word',
  )
})
