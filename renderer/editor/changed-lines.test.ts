import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changedLines } from './changed-lines.ts'

const cases: readonly (readonly [
  name: string,
  before: string,
  after: string,
  spans: readonly (readonly number[])[],
])[] = [
  ['equal texts have none', 'a\nb', 'a\nb', []],
  ['a line that was put in', 'a\nc', 'a\nb\nc', [[2, 2]]],
  ['lines that follow one another are one span', 'a\nd', 'a\nb\nc\nd', [[2, 3]]],
  [
    'two places',
    'a\nb\nc\nd',
    'a\nx\nc\ny\nd',
    [
      [2, 2],
      [4, 4],
    ],
  ],
  ['a line that only went leaves no line behind', 'a\nb\nc', 'a\nc', []],
  ['all of a text that was empty', '', 'a\nb', [[1, 2]]],
  ['repeated lines are not taken for changed ones', 'x\na\nx', 'x\na\nx\na\nx', [[4, 5]]],
]

for (const [name, before, after, spans] of cases) {
  test(`changed lines: ${name}`, () => {
    assert.deepEqual(
      changedLines(before, after).map(({ from, to }) => [from, to]),
      spans,
    )
  })
}

test('changed lines: of texts too long to compare, all that differs', () => {
  const [before, after] = [' a', ' b'].map((mark) => Array.from({ length: 2_500 }, (_, line) => line + mark).join('\n'))
  assert.deepEqual(changedLines(`0\n${before}`, `0\n${after}`), [{ from: 2, to: 2_501 }])
})
