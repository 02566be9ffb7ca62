import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cellText, parseJson, printJson } from './lossless-json.ts'

const printed = (text: string) => {
  const value = parseJson(text)
  return value === undefined
    ? undefined
    : printJson(value)
        .map((token) => token.text)
        .join('')
}

test('numbers stay the digits that stood there', () => {
  const text = '{"id":9007199254740993,"price":1.10,"tiny":1E-400,"minus":-0}'
  assert.equal(printed(text), '{\n  "id": 9007199254740993,\n  "price": 1.10,\n  "tiny": 1E-400,\n  "minus": -0\n}')
})

test('strings keep their escapes when printed, and lose them in a cell', () => {
  const value = parseJson('"a\\u00e9\\n\\"b\\""')
  assert.ok(value)
  assert.equal(printJson(value)[0]?.text, '"a\\u00e9\\n\\"b\\""')
  assert.equal(cellText(value), 'aé\n"b"')
})

test('a member called twice is shown twice', () => {
  assert.equal(printed('{"a":1,"a":2}'), '{\n  "a": 1,\n  "a": 2\n}')
})

test('each value keeps its own text', () => {
  const value = parseJson('{ "a" : [ 1 , 2 ] }')
  assert.equal(value?.type === 'object' ? value.members[0]?.value.raw : undefined, '[ 1 , 2 ]')
})

test('what is no JSON is not read', () => {
  for (const text of ['', '{', '[1,]', '{"a":}', '{a:1}', "'x'", '01', '1 2', '"\n"', 'nul', '[1 2]'])
    assert.equal(parseJson(text), undefined, text)
})

test('nesting has an end, and the end is not a crash', () => {
  assert.notEqual(parseJson('['.repeat(200) + ']'.repeat(200)), undefined)
  assert.equal(parseJson('['.repeat(100_000) + ']'.repeat(100_000)), undefined)
})

test('whatever JavaScript writes is read and means the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (any) => {
      const text = printed(JSON.stringify(any))
      assert.deepEqual(JSON.parse(text ?? 'undefined'), JSON.parse(JSON.stringify(any)))
    }),
  )
})
