import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FailureError } from '../../sync-core/domain/failure.ts'
import type { Log } from '../../sync-core/domain/log.ts'
import { type Verb, verbs } from '../contract/contract.ts'
import { createAnswer, type Handlers } from './answer.ts'
import { Refusal } from './refusal.ts'
import type { Sender } from './sender.ts'

const page: Sender = { origin: 'app://rejot', isMainFrame: true, isOwnWindow: true }

/** Every verb answers with what the test says and remembers what it was given. */
function served(reply: (input: unknown) => unknown) {
  const asked: { verb: string; input: unknown }[] = []
  const lines: string[] = []
  const log: Log = {
    debug: () => undefined,
    info: (message) => lines.push(message),
    warn: (message) => lines.push(message),
    error: (message, error) => lines.push(`${message} ${error === undefined ? '' : 'with an error'}`),
  }
  const names = Object.keys(verbs) as Verb[]
  const handler = (verb: string) => (input: unknown) => {
    asked.push({ verb, input })
    return reply(input)
  }
  const handlers = Object.fromEntries(names.map((verb) => [verb, handler(verb)])) as unknown as Handlers
  return { answer: createAnswer(handlers, log), asked, lines }
}

test('a known verb with the agreed input is served with the parsed input', async () => {
  const { answer, asked } = served(() => undefined)
  assert.deepEqual(await answer(page, 'workspace.open', { path: 'a', more: 1 }), { ok: true, value: undefined })
  assert.deepEqual(asked, [{ verb: 'workspace.open', input: { path: 'a' } }])
})

test('another frame, another window and another origin are refused before anything runs', async () => {
  const { answer, asked } = served(() => undefined)
  const strangers: Sender[] = [
    { ...page, isMainFrame: false },
    { ...page, isOwnWindow: false },
    { ...page, origin: 'https://example.org' },
    { ...page, origin: 'app://rejot.example' },
    { ...page, origin: undefined },
  ]
  for (const stranger of strangers) {
    const result = await answer(stranger, 'workspace.close', undefined)
    assert.equal(result.ok, false, JSON.stringify(stranger))
  }
  assert.deepEqual(asked, [])
})

test('an unknown verb is refused, one of Object.prototype too', async () => {
  const { answer, asked } = served(() => undefined)
  for (const verb of ['nothing', 'toString', '__proto__', 'constructor', 7, null, undefined]) {
    assert.equal((await answer(page, verb, undefined)).ok, false, String(verb))
  }
  assert.deepEqual(asked, [])
})

test('input that was not agreed is refused without repeating it', async () => {
  const { answer, asked, lines } = served(() => undefined)
  const result = await answer(page, 'workspace.open', { path: 12, secret: 'hunter2' })
  assert.equal(result.ok, false)
  assert.doesNotMatch(JSON.stringify([result, lines]), /hunter2/)
  assert.deepEqual(asked, [])
})

test('a refusal and a failure of the engine reach the window as sentences', async () => {
  const refusal = served(() => {
    throw new Refusal({ message: 'Cannot start the engine: no workspace is open', solution: 'Open one.' })
  })
  assert.deepEqual(await refusal.answer(page, 'engine.start', undefined), {
    ok: false,
    failure: { message: 'Cannot start the engine: no workspace is open', solution: 'Open one.' },
  })
  const failure = served(() => {
    throw new FailureError({
      kind: 'unreachable',
      policy: 'retry',
      object: 'a',
      message: 'Cannot reach a: refused',
      solution: 'Start it.',
    })
  })
  assert.deepEqual(await failure.answer(page, 'engine.start', undefined), {
    ok: false,
    failure: { message: 'Cannot reach a: refused', solution: 'Start it.', details: 'unreachable' },
  })
})

test('a bug is answered with a plain sentence, and neither answer nor log repeats its message', async () => {
  const { answer, lines } = served(() => {
    throw new Error('row ada@example.org')
  })
  const result = await answer(page, 'app.info', undefined)
  assert.equal(result.ok, false)
  assert.doesNotMatch(JSON.stringify([result, lines]), /ada@example/)
  assert.equal(lines.length, 1)
})

test('an output that was not agreed counts as a bug', async () => {
  const { answer } = served(() => ({ version: 1 }))
  assert.equal((await answer(page, 'app.info', undefined)).ok, false)
})
