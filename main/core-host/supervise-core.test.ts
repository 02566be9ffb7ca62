import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import type { Log } from '../../sync-core/domain/log.ts'
import type { EngineState } from '../contract/contract.ts'
import { Refusal } from '../ipc/refusal.ts'
import type { CoreToMain, MainToCore } from './core-messages.ts'
import { superviseCore } from './supervise-core.ts'

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** A supervisor whose processes are lists of what they were told. */
function supervised() {
  const states: EngineState[] = []
  const processes: { told: MainToCore[]; say(message: CoreToMain): void; exit(code: number): void }[] = []
  const core = superviseCore({
    fork(events) {
      const told: MainToCore[] = []
      processes.push({ told, say: events.onMessage, exit: events.onExit })
      return { pid: processes.length, post: (message) => told.push(message), kill: () => events.onExit(9) }
    },
    onState: (state) => states.push(state),
    onChild: () => undefined,
    now: () => 1_000_000,
    log: silent,
    coreLog: silent,
  })
  core.aim({ stateDir: 'state', manifestPaths: ['m'], secrets: () => ({ REJOT_A: 'x' }), passwords: () => [] })
  const last = () => {
    const process = processes.at(-1)
    assert.ok(process)
    return process
  }
  return { core, processes, last, state: () => states.at(-1) }
}

test('a start opens the state folder and hands the secrets over by message', () => {
  const { core, last, state } = supervised()
  core.start()
  assert.deepEqual(last().told, [
    { type: 'open', stateDir: 'state' },
    { type: 'start', manifestPaths: ['m'], secrets: { REJOT_A: 'x' }, passwords: [] },
  ])
  last().say({ type: 'ready' })
  assert.deepEqual(state(), { state: 'running', pid: 1 })
})

test('a process that dies is started again after its wait, and the state says when', () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const { core, processes, last, state } = supervised()
    core.start()
    last().say({ type: 'ready' })
    last().exit(9)
    assert.equal(state()?.state, 'restarting')
    assert.equal(state()?.retryAt, 1_001_000)
    assert.match(state()?.message ?? '', /ended unexpectedly/)
    mock.timers.tick(999)
    assert.equal(processes.length, 1)
    mock.timers.tick(1)
    assert.equal(processes.length, 2)
    assert.equal(last().told.at(-1)?.type, 'start')
  } finally {
    mock.timers.reset()
  }
})

test('a refusal stays on show and is not tried again by itself', () => {
  const { core, processes, last, state } = supervised()
  core.start()
  last().say({
    type: 'refused',
    failure: { message: 'Cannot start: another engine holds the state', solution: 'Stop it.' },
  })
  assert.deepEqual(state(), {
    state: 'failed',
    message: 'Cannot start: another engine holds the state',
    solution: 'Stop it.',
  })
  assert.equal(processes.length, 1)
})

test('a stop asks, and resolves when the process is gone', async () => {
  const { core, last, state } = supervised()
  core.start()
  last().say({ type: 'ready' })
  const stopped = core.stop()
  assert.deepEqual([last().told.at(-1)?.type, state()?.state], ['stop', 'stopping'])
  assert.throws(() => core.start(), Refusal)
  last().exit(0)
  await stopped
  assert.deepEqual(state(), { state: 'idle' })
})

test('a process that does not drain in 5 seconds is killed', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const { core, last, state } = supervised()
    core.start()
    last().say({ type: 'ready' })
    const stopped = core.stop()
    mock.timers.tick(4_999)
    assert.equal(state()?.state, 'stopping')
    mock.timers.tick(1)
    await stopped
    assert.equal(state()?.state, 'idle')
  } finally {
    mock.timers.reset()
  }
})

test('stored events are read without an engine, by a process that ends with the workspace', async () => {
  const { core, last, state } = supervised()
  const page = core.call({ name: 'eventsPage', request: { filter: {}, limit: 10 } })
  const asked = last().told.at(-1)
  assert.equal(asked?.type, 'call')
  last().say({ type: 'answer', id: asked?.type === 'call' ? asked.id : 0, value: { rows: [], more: false } })
  assert.deepEqual(await page, { rows: [], more: false })
  await core.close()
  assert.deepEqual(state(), { state: 'idle' })
})

test('a question to a process that dies is answered with a refusal, and so is a no', async () => {
  const { core, last } = supervised()
  core.start()
  const lost = core.call({ name: 'pauseConsumer', consumer: 'c' })
  last().exit(9)
  await assert.rejects(lost, Refusal)
  core.start()
  const refused = core.call({ name: 'pauseConsumer', consumer: 'c' })
  const asked = last().told.at(-1)
  last().say({ type: 'no', id: asked?.type === 'call' ? asked.id : 0, failure: { message: 'Cannot pause c: unknown' } })
  await assert.rejects(refused, (error) => error instanceof Refusal && error.message === 'Cannot pause c: unknown')
  const stopped = core.stop()
  last().exit(0)
  await stopped
})

test('without a workspace nothing is started', () => {
  const { core, processes } = supervised()
  core.aim(undefined)
  assert.throws(() => core.start(), Refusal)
  assert.equal(processes.length, 0)
})
