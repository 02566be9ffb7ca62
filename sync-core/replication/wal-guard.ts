import type { WalHeld } from '../domain/source.ts'
import type { WalStatus } from '../domain/status.ts'

/** Past this nobody should have to wait for a slot, whatever the server's disk. Bytes. */
export const defaultWalLimit = 10_000_000_000

/** Growth is measured over that long: one checkpoint or one large transaction says nothing. */
const windowMs = 60_000
/** So early it is said, however full it is. */
const earlyMs = 30 * 60_000
/** Below this part of the limit nothing is said of growth: it may be an hour's backlog that is being read. */
const quietPart = 0.1
/** From this part on it is said, growing or not. */
const warningPart = 0.5

interface Look {
  readonly atMs: number
  readonly retainedBytes: number
}

/**
 * What a slot holds of a server's WAL, seen again and again: how fast that grows, and when it reaches the limit. The
 * limit is what was set, and never more than what the server itself keeps before it gives the slot up.
 */
export function createWalGuard(limitBytes = defaultWalLimit): (held: WalHeld, atMs: number) => WalStatus {
  const looks: Look[] = []
  return ({ retainedBytes, keptBytes }, atMs) => {
    const limit = Math.min(limitBytes, keptBytes ?? Number.POSITIVE_INFINITY)
    while (looks[1] !== undefined && looks[1].atMs <= atMs - windowMs) looks.shift()
    looks.push({ atMs, retainedBytes })
    const [first = { atMs, retainedBytes }] = looks
    const growthBytesPerSecond =
      atMs > first.atMs ? ((retainedBytes - first.retainedBytes) * 1_000) / (atMs - first.atMs) : 0
    const fullInMs = timeToFull(limit - retainedBytes, growthBytesPerSecond)
    const soon = fullInMs !== undefined && fullInMs <= earlyMs && retainedBytes >= limit * quietPart
    return { limitBytes: limit, growthBytesPerSecond, fullInMs, warning: soon || retainedBytes >= limit * warningPart }
  }
}

function timeToFull(leftBytes: number, growthBytesPerSecond: number): number | undefined {
  if (leftBytes <= 0) return 0
  return growthBytesPerSecond > 0 ? (leftBytes / growthBytesPerSecond) * 1_000 : undefined
}
