import { setTimeout as pause } from 'node:timers/promises'

export interface WaitOptions<Seen> {
  /** Completes "Cannot see …": `the row of account 7`. */
  readonly what: string
  /** When what was seen is enough; otherwise anything truthy is. */
  readonly until?: (seen: Seen) => boolean
  /** 10,000 when left out. Only an upper limit: nothing waits longer than it has to. */
  readonly timeoutMs?: number
  /** Aborted: throws its reason. */
  readonly signal?: AbortSignal | undefined
}

const pollDelayMs = 10

/**
 * Looks again and again until it sees what it waits for, and returns that. For what gives no signal to register for,
 * such as a row in a database. A look that throws counts as not yet, because servers go away in these tests.
 * Throws with what was seen last when the time is over.
 */
export async function waitFor<Seen>(look: () => Seen | Promise<Seen>, options: WaitOptions<Seen>): Promise<Seen> {
  const { what, until = Boolean, timeoutMs = 10_000, signal } = options
  const end = performance.now() + timeoutMs
  let last: string
  let cause: unknown
  do {
    signal?.throwIfAborted()
    try {
      const seen = await look()
      if (until(seen)) return seen
      last = describe(seen)
      cause = undefined
    } catch (error) {
      last = `the error "${error instanceof Error ? error.message : String(error)}"`
      cause = error
    }
    await pause(pollDelayMs)
  } while (performance.now() < end)
  throw new Error(`Cannot see ${what} within ${timeoutMs} ms: last seen was ${last}`, { cause })
}

function describe(seen: unknown): string {
  const text = JSON.stringify(seen, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
  return text === undefined ? String(seen) : text.slice(0, 2_000)
}
