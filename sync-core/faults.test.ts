import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'

const here = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8')

/** `file.test.ts` *words in it*, *more of them*. */
const named = /`([\w/.-]+\.test\.ts)`((?:[,\s]*\*[^*]+\*)*)/g

test('every test that the page of faults names is there', async () => {
  const page = await here('./faults.md')
  const lacking: string[] = []
  for (const line of page.split('\n').filter((one) => /^\| \d/.test(one))) {
    const tests = [...line.matchAll(named)]
    assert.notEqual(tests.length, 0, line)
    for (const [, file = '', words = ''] of tests) {
      const text = await here(`./${file}`)
      for (const [, phrase = ''] of words.matchAll(/\*([^*]+)\*/g)) {
        if (!text.includes(phrase)) lacking.push(`${file}: ${phrase}`)
      }
    }
  }
  assert.deepEqual(lacking, [])
  const numbers = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, number]) => Number(number))
  assert.deepEqual(numbers, [...range(1, 41), ...range(43, 48)])
})

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, place) => from + place)
}
