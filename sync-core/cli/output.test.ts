import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EngineStatus } from '../domain/status.ts'
import { consumerStatus, engineStatus, publicSchemaStatus, sourceStatus } from '../testing/sample-status.ts'
import { happeningJson, happeningText } from './happening-line.ts'
import { createLiveLine } from './live-line.ts'
import { nothingRuns } from './nothing-runs.ts'
import { statusLine } from './status-line.ts'

const source = sourceStatus({ receivedLsn: '0/1', rowChanges: 1_234 })
const consumer = consumerStatus({ name: 'c', lagMs: 5, rowsApplied: 1_200 })
const publicSchemas = [publicSchemaStatus({ events: 1_210 })]
const status = engineStatus({ sources: [source], publicSchemas, consumers: [consumer] })

test('the line of a second holds what moved and what is not as it should be', () => {
  assert.equal(statusLine(status), 'captured 1,234 · events 1,210 · applied 1,200 · lag 5 ms')
  const retrying = { ...status, consumers: [{ ...consumer, state: 'retrying' as const }] }
  assert.equal(statusLine(retrying), 'captured 1,234 · events 1,210 · applied 1,200 · lag 5 ms · c retrying')
})

test('a start has failed when no source ever ran and no consumer has work', () => {
  const halted = { ...source, state: 'halted' as const, receivedLsn: undefined }
  const failure = { kind: 'slot-in-use', policy: 'retry', object: 'db', message: 'taken', solution: 'stop it' } as const
  const taken = { ...halted, state: 'retrying' as const, failure }
  const cases: readonly (readonly [what: string, status: Partial<EngineStatus>, failed: boolean])[] = [
    ['all run', {}, false],
    ['the only source halted at once', { sources: [halted] }, true],
    ['one of two halted', { sources: [halted, source] }, false],
    ['a source halted that ran before', { sources: [{ ...halted, receivedLsn: '0/1' }] }, false],
    ['a source waits for a retry', { sources: [{ ...halted, state: 'retrying' }] }, false],
    ["its slot is another engine's", { sources: [taken] }, true],
    ["its slot is another engine's, another source runs", { sources: [taken, source] }, false],
    ['a slot was taken while it ran', { sources: [{ ...taken, receivedLsn: '0/1' }] }, false],
    ['a consumer has events left', { sources: [halted], consumers: [{ ...consumer, pending: 3 }] }, false],
    [
      'a consumer with events left halted',
      { sources: [halted], consumers: [{ ...consumer, pending: 3, state: 'halted' }] },
      true,
    ],
  ]
  for (const [what, part, failed] of cases) assert.equal(nothingRuns({ ...status, ...part }), failed, what)
})

test('a happening is one line of JSON that begins with its time', () => {
  const line = happeningJson({ event: 'retrying', object: 'db', kind: 'unreachable', inMs: 100, message: 'a\nb' }, 0)
  assert.equal(
    line,
    '{"time":"1970-01-01T00:00:00.000Z","event":"retrying","object":"db","kind":"unreachable","inMs":100,"message":"a\\nb"}\n',
  )
  assert.equal(happeningText({ event: 'ready' }), 'Ready: every source streams and every consumer is up to date\n')
})

test('the last line is written over on a terminal, and nowhere else', () => {
  const written: string[] = []
  const write = (text: string) => written.push(text)
  const screen = createLiveLine(write, true)
  screen.live('one')
  screen.print(write, 'said\n')
  screen.live('two')
  assert.equal(written.join(''), '\r\u001b[2Kone\r\u001b[2Ksaid\none\r\u001b[2Ktwo')
  const lines: string[] = []
  const plain = createLiveLine((text) => lines.push(text), false)
  plain.live('one')
  plain.print((text) => lines.push(text), 'said\n')
  plain.live('two')
  assert.equal(lines.join(''), 'one\nsaid\ntwo\n')
})
