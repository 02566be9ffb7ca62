import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { changedMembers, splitArray, splitObject } from './split-json.ts'

test('an object falls into its members, each value as its own text', () => {
  assert.deepEqual(
    [...splitObject(' {"a" : 1.10, "b":{"x":[1,"}"]},"c,\\"d":"\\\\","e":[{"f":"]"}] ,"g":12345678901234567890} ')],
    [
      ['a', '1.10'],
      ['b', '{"x":[1,"}"]}'],
      ['c,"d', '"\\\\"'],
      ['e', '[{"f":"]"}]'],
      ['g', '12345678901234567890'],
    ],
  )
  assert.equal(splitObject('{}').size, 0)
  assert.equal(splitObject('[1]').size, 0)
  assert.deepEqual(splitArray('[]'), [])
})

test('parts of any JSON are what a parser finds', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 2), (values, indent) => {
      assert.deepEqual(
        splitArray(JSON.stringify(values, null, indent)).map((part) => JSON.parse(part)),
        JSON.parse(JSON.stringify(values)),
      )
    }),
  )
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(fc.string(), fc.jsonValue()), { selector: ([name]) => name }), (members) => {
      const text = `{${members.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(' , ')}}`
      assert.deepEqual(
        [...splitObject(text)].map(([name, value]) => [name, JSON.parse(value)]),
        JSON.parse(JSON.stringify(members)),
      )
    }),
  )
})

test('members that differ as text are named, new ones and lost ones too', () => {
  assert.deepEqual(changedMembers('{"a":1,"b":2,"c":3}', '{"d":1,"a":1,"b":2.0}'), ['d', 'b', 'c'])
  assert.deepEqual(changedMembers('{"n":9007199254740992}', '{"n":9007199254740993}'), ['n'])
})
