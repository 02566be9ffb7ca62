import type { Clock } from '../domain/clock.ts'
import { systemClock } from '../replication/system-clock.ts'

/**
 * A clock for an engine in this process whose seconds pass so many times as fast: what it looks at once a second it looks
 * at that much more often, and a silence of a minute is that much shorter. The time of day stays what it is.
 */
export function fastClock(times: number): Clock {
  return {
    ...systemClock,
    monotonicMs: () => systemClock.monotonicMs() * times,
    sleep: (ms, signal) => systemClock.sleep(ms / times, signal),
  }
}
