import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { loadModule, scanSync } from 'libpg-query'
import { findPlaceholders } from './placeholders.ts'

await loadModule()

/** Whatever closes, doubles or escapes something, between parameters. */
const pieces = [...'\'"$*/\\\n\r x9', '$1', ' $2 ', '$$', '$q$', '--', '/*', '*/', "''", "\\'", '[1:2]', '::']
const inner = fc.array(fc.constantFrom(...pieces), { maxLength: 5 }).map((parts) => parts.join(''))
const around: readonly (readonly [open: string, close: string])[] = [
  ["'", "'"],
  [" e'", "'"],
  [" E'", "'\n'\\'"],
  [" u&'", "'"],
  [" b'", "' -- '\n ' "],
  ['"', '"'],
  ['$$', '$$'],
  [' $q$', '$q$'],
  [' a$q$', ' '],
  ['/*', '*/'],
  ['/*/*', '*/'],
  ['--', '\n'],
  ['--', '\r'],
  [' ', ' '],
]
const chunk = fc.tuple(fc.constantFrom(...around), inner).map(([[open, close], text]) => `${open}${text}${close} $3 `)
const sqlText = fc.array(chunk, { maxLength: 4 }).map((parts) => parts.join(''))

test("the parameters that are found are those of Postgres's own scanner", () => {
  let compared = 0
  fc.assert(
    fc.property(sqlText, (sql) => {
      if (commentInString.test(sql)) return
      const theirs = parametersOf(sql)
      if (theirs === undefined) return
      compared++
      const ours = findPlaceholders(sql).map(({ start, end }) => `${start} ${sql.slice(start, end)}`)
      assert.deepEqual(ours, theirs, JSON.stringify(sql))
    }),
    { numRuns: 20_000 },
  )
  assert.ok(compared > 5_000, `${compared} texts were readable`)
})

/** Here libpg-query's scanner, which keeps comments, reads two strings where the server (asked: 18) reads one. */
const commentInString = /'[\s]*--[^\n\r]*[\n\r]/

/** `undefined` for a text that the scanner refuses. */
function parametersOf(sql: string): readonly string[] | undefined {
  if (sql === '') return undefined
  try {
    const tokens = scanSync(sql).tokens
    return tokens
      .filter(({ tokenName }) => tokenName === 'PARAM')
      .map(({ start, end }) => `${start} ${sql.slice(start, end)}`)
  } catch {
    return undefined
  }
}
