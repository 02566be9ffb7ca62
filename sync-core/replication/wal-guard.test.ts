import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWalGuard } from './wal-guard.ts'

interface Case {
  readonly what: string
  /** Bytes held, a look every ten seconds; the limit is 1,000. */
  readonly looks: readonly number[]
  readonly keptBytes?: number
  readonly growth: number
  readonly fullInMs: number | undefined
  readonly warning: boolean
}

const cases: readonly Case[] = [
  { what: 'one look says nothing of growth', looks: [100], growth: 0, fullInMs: undefined, warning: false },
  { what: 'half full is said', looks: [500, 500], growth: 0, fullInMs: undefined, warning: true },
  { what: 'soon full is said early', looks: [90, 110], growth: 2, fullInMs: 445_000, warning: true },
  { what: 'a small backlog is not said', looks: [0, 20], growth: 2, fullInMs: 490_000, warning: false },
  { what: 'what shrinks is never full', looks: [400, 200], growth: -20, fullInMs: undefined, warning: false },
  { what: 'past the limit it is full', looks: [1_200], growth: 0, fullInMs: 0, warning: true },
  {
    what: 'the server gives up earlier than the limit',
    looks: [150, 150],
    keptBytes: 200,
    growth: 0,
    fullInMs: undefined,
    warning: true,
  },
  {
    what: 'what grew more than a minute ago has passed',
    looks: [0, 400, 400, 400, 400, 400, 400, 400, 400],
    growth: 0,
    fullInMs: undefined,
    warning: false,
  },
]

for (const { what, looks, keptBytes, growth, fullInMs, warning } of cases) {
  test(what, () => {
    const look = createWalGuard(1_000)
    const statuses = looks.map((retainedBytes, place) => look({ retainedBytes, keptBytes }, place * 10_000))
    assert.deepEqual(statuses.at(-1), {
      limitBytes: keptBytes ?? 1_000,
      growthBytesPerSecond: growth,
      fullInMs,
      warning,
    })
  })
}
