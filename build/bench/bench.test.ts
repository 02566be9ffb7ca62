import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import type { Report } from './report.ts'
import { families } from './scenarios.ts'

const run = promisify(execFile)
const benchFile = new URL('bench.ts', import.meta.url).pathname

// All of them take a minute where nothing else runs; this one goes through everything that they have in common.
test('a smoke run measures native and ReJot, their costs and growth, and draws them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rejot-bench-test-'))
  try {
    const chart = join(folder, 'chart.svg')
    const options = ['--quick', '--rows', '5000', '--only', 'one-row', '--growth', '--json', '--svg', chart]
    const { stdout } = await run(process.execPath, [benchFile, ...options])
    const report = JSON.parse(stdout) as Report
    assert.deepEqual(
      report.figures.map(({ scenario, changes }) => [scenario, changes]),
      [['inserts, backlog of one-row transactions', 1_000]],
    )
    for (const { native = 0, rejot, ratio } of report.figures) {
      assert.ok(native > 0 && rejot > 0)
      assert.equal(ratio, rejot / native)
    }
    assert.ok(report.handOver.roundTripMs > 0 && report.handOver.diskWaitMs > 0)
    // The rows and the mark, and nothing else.
    assert.deepEqual(
      report.costs.map(({ eventsPerClosing = 0 }) => eventsPerClosing > 1 && eventsPerClosing <= 1_001),
      [true],
    )
    assert.deepEqual(
      report.growth.map(({ points }) => points.map(({ changes }) => changes)),
      [[10_000]],
    )
    if (process.platform === 'linux') {
      assert.ok((report.memory?.peakBytes ?? 0) > 20 * 1024 * 1024)
      for (const { rejotProcessor, nativeProcessor } of report.costs) {
        assert.ok((rejotProcessor?.engine ?? 0) > 0)
        assert.equal(nativeProcessor?.engine, 0)
      }
    }
    assert.match(await readFile(chart, 'utf8'), /^<svg [\s\S]*backlog of one-row transactions[\s\S]*<\/svg>\n$/)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('everything that is asked for is measured, and native beside it where it can do it', () => {
  const names = families.flatMap(({ shape, scenarios }) =>
    scenarios.map(({ name }) => (shape.hasNative ? name : `${name} (alone)`)),
  )
  assert.deepEqual(names, [
    'latency at 100 transactions/s, alone',
    'latency at 100 transactions/s, beside an idle open transaction',
    'latency at 1,000 transactions/s, alone',
    'latency at 1,000 transactions/s, beside an idle open transaction',
    'inserts, one transaction',
    'inserts, backlog of transactions of 100',
    'inserts, backlog of one-row transactions',
    'backfill',
    'updates in key order',
    'updates of random keys',
    'deletes',
    'a hot set, each key changed 100 times',
    'a public schema with a join and an aggregate (alone)',
    'two consumers in two databases, transactions of 100',
  ])
})

test('by default sizes are those of the goals', () => {
  const sizes = families.flatMap((family) =>
    family.scenarios
      .filter(({ kind }) => kind === 'rate')
      .map(({ name, changes }) => [name, family.table(500_000), changes(500_000)] as const),
  )
  const of = (wanted: string) => sizes.find(([name]) => name === wanted)?.slice(1)
  assert.deepEqual(of('inserts, one transaction'), [0, 500_000])
  assert.deepEqual(of('backfill'), [1_000_000, 1_000_000])
  assert.deepEqual(of('updates of random keys'), [1_000_000, 200_000])
  assert.deepEqual(of('a hot set, each key changed 100 times'), [10_000, 1_000_000])
})
