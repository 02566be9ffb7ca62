import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SourceCheckpoint } from '../domain/checkpoint.ts'
import { toLsn } from '../domain/lsn.ts'
import { createHistoryCheck } from './history-check.ts'

const known: SourceCheckpoint = {
  source: 'source',
  server: { systemIdentifier: '7', timeline: 1 },
  throughLsn: toLsn(100),
  owed: [],
  confirmedLsn: toLsn(110),
}

interface Case {
  readonly what: string
  readonly slot: number
  readonly commits: readonly number[]
  readonly reached?: number
  readonly refused: boolean
}

const cases: readonly Case[] = [
  { what: 'the last stored commit comes again at its place', slot: 50, commits: [60, 100, 120], refused: false },
  { what: 'a commit behind it comes first', slot: 50, commits: [60, 120], refused: true },
  { what: 'nothing comes, and the server is past it', slot: 50, commits: [60], reached: 101, refused: true },
  { what: 'nothing comes, and the server is not past it', slot: 50, commits: [60], reached: 100, refused: false },
  { what: 'the slot is at the last stored commit', slot: 100, commits: [120], reached: 130, refused: false },
]

for (const { what, slot, commits, reached = 0, refused } of cases) {
  test(`${what}: ${refused ? 'another history' : 'believed'}`, () => {
    const check = createHistoryCheck(toLsn(slot), known, 'accounts-db')
    const follow = (): void => {
      for (const commit of commits) check.commit(toLsn(commit))
      check.reached(toLsn(reached))
    }
    if (refused) assert.throws(follow, /Cannot follow accounts-db: it has no commit at 0\/64/)
    else assert.doesNotThrow(follow)
  })
}
