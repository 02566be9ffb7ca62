import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsumerStatus, EngineStatus, SourceStatus } from '../domain/status.ts'
import { happeningJson, happeningText } from './happening-line.ts'
import { createLiveLine } from './live-line.ts'
import { nothingRuns } from './nothing-runs.ts'
import { statusLine } from './status-line.ts'

const source: SourceStatus = {
  id: 'm/db',
  slug: 'db',
  manifest: 'm',
  state: 'streaming',
  failure: undefined,
  retryAt: undefined,
  receivedLsn: '0/1',
  confirmedLsn: '0/1',
  retainedBytes: 0,
  lagMs: 2.4,
  rowChanges: 1234,
  serverVersion: '18',
}
const consumer: ConsumerStatus = {
  id: 'm/c',
  name: 'c',
  manifest: 'm',
  publicSchema: 'm/p@1',
  destination: 'm/x',
  state: 'streaming',
  failure: undefined,
  retryAt: undefined,
  offset: 1,
  head: 1,
  pending: 0,
  deadLetters: 0,
  held: 0,
  lagMs: 5,
  latencyMs: 3,
  rowsApplied: 1200,
  lastAppliedAt: 1,
}
const status: EngineStatus = {
  at: 1,
  startedAt: 1,
  state: 'running',
  sources: [source],
  publicSchemas: [
    {
      id: 'm/p@1',
      name: 'p',
      manifest: 'm',
      version: '1.0',
      source: 'm/db',
      events: 1210,
      backfill: { state: 'done', generation: 1, rowsDone: 1, rowsEstimated: 1 },
    },
  ],
  consumers: [consumer],
  destinations: [],
  store: { events: 0, bytes: 0, closings: 0, heldFor: [] },
}

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
