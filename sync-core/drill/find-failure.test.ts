import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findFailure, formatSeed, parseSeed } from './find-failure.ts'
import type { Plan } from './plan.ts'

const failsWithCrashes = async ({ strokes }: Plan): Promise<void> => {
  if (strokes.filter(({ fault }) => fault.kind === 'crash').length >= 2) throw new Error('two crashes')
}

test('a plan that fails is made smaller, and its seed leads to the smaller one at once', async () => {
  const seed = await failingSeed()
  const whole = await findFailure({ seed, run: failsWithCrashes, mayTry: () => false })
  const found = await findFailure({ seed, run: failsWithCrashes, mayTry: (tries) => tries < 20 })
  assert.ok(whole && found)
  assert.ok(found.plan.strokes.length < whole.plan.strokes.length / 2)
  assert.equal(found.plan.strokes.filter(({ fault }) => fault.kind === 'crash').length, 2)

  const printed = parseSeed(formatSeed(found.seed))
  assert.ok(printed)
  const again: Plan[] = []
  const run = async (plan: Plan): Promise<void> => {
    again.push(plan)
    await failsWithCrashes(plan)
  }
  const second = await findFailure({ seed: printed, run, mayTry: () => false })
  assert.deepEqual(again, [found.plan])
  assert.deepEqual(second?.seed, printed)
})

test('a plan that is survived is run once; one that fails, no more often than allowed', async () => {
  const seed = await failingSeed()
  let runs = 0
  const survive = async (): Promise<void> => {
    runs += 1
  }
  assert.equal(await findFailure({ seed, run: survive, mayTry: () => true }), undefined)
  assert.equal(runs, 1)

  const fail = async (): Promise<void> => {
    runs += 1
    throw new Error('always')
  }
  const found = await findFailure({ seed, run: fail, mayTry: (tries) => tries < 3 })
  assert.equal(found?.tries, 3)
  assert.equal(runs, 1 + 1 + 3)
})

test('a seed is a number, with the way to a smaller plan', () => {
  assert.deepEqual(parseSeed('4711'), { number: 4711 })
  assert.deepEqual(parseSeed('4711:0:2:1'), { number: 4711, path: '0:2:1' })
  for (const text of ['', '-1', '4711:', '4711:x', '99999999999', 'x']) assert.equal(parseSeed(text), undefined)
})

/** One whose plan has more than enough crashes. */
async function failingSeed(): Promise<{ readonly number: number }> {
  for (let number = 1; ; number += 1) {
    const found = await findFailure({ seed: { number }, run: failsWithCrashes, mayTry: () => false })
    if (found !== undefined && found.plan.strokes.length > 10) return { number }
  }
}
