import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reportLine } from './report.ts'

test('prints remarks below the line, further in', () => {
  const report = { name: 'a.test.ts', passed: 1, failures: [], durationMs: 1_500 }
  const [line, ...rest] = reportLine({ ...report, remarks: ['5 ms', 'seed 7\nround 3\n'] }).split('\n')
  assert.equal(line, reportLine(report))
  assert.deepEqual(rest, ['    5 ms', '    seed 7', '    round 3'])
})
