import assert from 'node:assert/strict'
import { test } from 'node:test'
import { idle, type Lifecycle, type LifecycleEvent, type LifecycleName, restartDelaysMs, step } from './lifecycle.ts'

/** The state after each event, cell by cell; the compiler asks for every cell. */
const expected: Record<LifecycleName, Record<LifecycleEvent, LifecycleName>> = {
  idle: {
    start: 'starting',
    stop: 'idle',
    ready: 'idle',
    refused: 'idle',
    exited: 'idle',
    'retry-due': 'idle',
    'drain-over': 'idle',
    lived: 'idle',
  },
  starting: {
    start: 'starting',
    stop: 'stopping',
    ready: 'running',
    refused: 'failed',
    exited: 'restarting',
    'retry-due': 'starting',
    'drain-over': 'starting',
    lived: 'starting',
  },
  running: {
    start: 'running',
    stop: 'stopping',
    ready: 'running',
    refused: 'failed',
    exited: 'restarting',
    'retry-due': 'running',
    'drain-over': 'running',
    lived: 'running',
  },
  stopping: {
    start: 'stopping',
    stop: 'stopping',
    ready: 'stopping',
    refused: 'stopping',
    exited: 'idle',
    'retry-due': 'stopping',
    'drain-over': 'stopping',
    lived: 'stopping',
  },
  restarting: {
    start: 'starting',
    stop: 'idle',
    ready: 'restarting',
    refused: 'restarting',
    exited: 'restarting',
    'retry-due': 'starting',
    'drain-over': 'restarting',
    lived: 'restarting',
  },
  failed: {
    start: 'starting',
    stop: 'idle',
    ready: 'failed',
    refused: 'failed',
    exited: 'failed',
    'retry-due': 'failed',
    'drain-over': 'failed',
    lived: 'failed',
  },
}

for (const [name, row] of Object.entries(expected)) {
  for (const [event, next] of Object.entries(row)) {
    test(`${name}, ${event}: ${next}`, () => {
      const lifecycle: Lifecycle = { name: name as LifecycleName, restarts: 0 }
      assert.equal(step(lifecycle, event as LifecycleEvent).next.name, next)
    })
  }
}

test('a process that dies again and again is started after 1, 2, 5, 15, 60 and then always 60 seconds', () => {
  let lifecycle: Lifecycle = { name: 'running', restarts: 0 }
  const waits: number[] = []
  for (let i = 0; i < 7; i++) {
    const died = step(lifecycle, 'exited')
    for (const action of died.actions) if (action.do === 'wait') waits.push(action.delayMs)
    lifecycle = step(step(died.next, 'retry-due').next, 'ready').next
  }
  assert.deepEqual(waits, [...restartDelaysMs, 60_000, 60_000])
})

test('a minute of life makes the next wait short again', () => {
  const lived = step({ name: 'running', restarts: 4 }, 'lived').next
  assert.equal(
    step(lived, 'exited').actions.some((action) => action.do === 'wait' && action.delayMs === 1_000),
    true,
  )
})

test('a person who starts it while it waits does not wait', () => {
  const { next, actions } = step({ name: 'restarting', restarts: 4 }, 'start')
  assert.deepEqual(next, { name: 'starting', restarts: 0 })
  assert.deepEqual(actions, [{ do: 'forget-waits' }, { do: 'start-engine' }])
})

test('stopping asks first, and kills only when the drain time is over', () => {
  const asked = step({ name: 'running', restarts: 0 }, 'stop')
  assert.deepEqual(asked.actions, [
    { do: 'forget-waits' },
    { do: 'ask-to-stop' },
    { do: 'wait', event: 'drain-over', delayMs: 5_000 },
  ])
  assert.deepEqual(step(asked.next, 'drain-over').actions, [{ do: 'kill' }])
  assert.deepEqual(step(asked.next, 'exited').next, idle)
})
