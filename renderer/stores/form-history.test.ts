import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changedForm, noHistory, redoneForm, undoneForm } from './form-history.ts'
import { sameForm } from './same-form.ts'

interface Form {
  readonly name: string
  readonly key: readonly string[]
}
const began = { form: { name: 'a', key: ['id'] } as Form, history: noHistory }

test('typing in one field is one step, another field another', () => {
  const typed = changedForm(changedForm(began, { name: 'ab' }, 0), { name: 'abc' }, 900)
  const keyed = changedForm(typed, ({ key }) => ({ key: [...key, 'x'] }), 950)
  assert.deepEqual(keyed.form, { name: 'abc', key: ['id', 'x'] })
  assert.deepEqual(undoneForm(keyed).form, { name: 'abc', key: ['id'] })
  assert.deepEqual(undoneForm(undoneForm(keyed)).form, began.form)
})

test('a pause begins a new step', () => {
  const typed = changedForm(changedForm(began, { name: 'ab' }, 0), { name: 'abc' }, 1_001)
  assert.equal(undoneForm(typed).form.name, 'ab')
})

test('what was taken back comes again, until something else is changed', () => {
  const undone = undoneForm(changedForm(began, { name: 'b' }, 0))
  assert.equal(redoneForm(undone).form.name, 'b')
  const other = changedForm(undone, { name: 'c' }, 5_000)
  assert.equal(redoneForm(other).form.name, 'c')
})

test('a change of nothing is no step', () => {
  assert.equal(changedForm(began, { key: ['id'] }, 0).history, began.history)
  assert.equal(undoneForm(began).form, began.form)
  assert.equal(sameForm({ a: undefined, b: [1, { c: 2 }] }, { b: [1, { c: 2 }] }), true)
  assert.equal(sameForm({ b: [1, 2] }, { b: [2, 1] }), false)
  assert.equal(sameForm([], {}), false)
})
