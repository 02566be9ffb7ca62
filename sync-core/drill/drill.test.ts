import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { z } from 'zod'
import { waitFor } from '../testing/wait-for.ts'
import { checkSights } from './compare.ts'
import { maxSeed } from './find-failure.ts'
import { printReport } from './print-report.ts'
import { runDrill } from './run-drill.ts'

const rejotFile = new URL('../cli/rejot.ts', import.meta.url).pathname

test('G4: random writes and random faults end with source, log and destinations alike', async (t) => {
  const seed = { number: Math.floor(Math.random() * maxSeed) }
  const report = await runDrill({ seconds: 120, seed, shrinkSeconds: 0, signal: new AbortController().signal })
  t.diagnostic(printReport(report))
  assert.equal(report.failure, undefined, printReport(report))
  assert.ok(report.rounds > 0)
  assert.ok(report.tried.transactions > 50)
  assert.ok(report.tried.faults.kill > 0)
  assert.ok(report.tried.rowsCompared > 0)
  assert.ok(report.tried.versionsCompared > 0)
  assert.ok(report.tried.readsChecked > 0, printReport(report))
})

test('Ctrl-C ends a drill with a report, and leaves no process and no folder behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rejot-drill-test-'))
  // Root's servers run as another user.
  await chmod(folder, 0o755)
  try {
    const drill = spawn(process.execPath, [rejotFile, 'drill', '--seconds', '600', '--seed', '4711', '--json'], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(drill, 'exit')
    const printed = text(drill.stdout)
    await waitFor(() => readdir(folder, { recursive: true }), {
      what: 'an engine at work',
      until: (files) => files.some((file) => file.endsWith('status.json')),
      timeoutMs: 60_000,
    })
    drill.kill('SIGINT')
    assert.deepEqual(await ended, [0, null])
    const report = z
      .object({ seed: z.string(), interrupted: z.boolean(), rounds: z.number() })
      .parse(JSON.parse(await printed))
    assert.deepEqual(report, { seed: '4711', interrupted: true, rounds: 0 })
    // What stays is made once for all runs of a version: the template of a data folder, and copied programs.
    const kept = await readdir(folder)
    assert.deepEqual(
      kept.filter((name) => !name.startsWith('rejot-postgres-')),
      [],
    )
    assert.deepEqual(await runFolders(folder, kept), [])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

async function runFolders(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const [scratch] = names
  return scratch === undefined ? [] : readdir(join(folder, scratch, 'run'))
}

test('a read counts where the state had to be whole, and only there', () => {
  const money = { name: 'money', consumers: ['purse'], sql: '', expected: 100 } as const
  const seen = new Map([
    [5, { reads: 3, wrong: undefined }],
    [6, { reads: 2, wrong: 99 }],
    [7, { reads: 1, wrong: undefined }],
  ])
  const sights = new Map([[money, seen]])
  assert.equal(
    checkSights(sights, (_, offset) => offset !== 6),
    4,
  )
  assert.throws(() => checkSights(sights, () => true), /money is 99 at offset 6, not 100/)
})
