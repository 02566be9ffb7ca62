import type { EventPageResult } from '../../sync-core/domain/event-reader.ts'
import type { EngineStatus } from '../../sync-core/domain/status.ts'
import { type CoreToWindow, windowToCore } from '../contract/stream.ts'

export interface StreamDeps {
  post(message: CoreToWindow): void
  /** `undefined` while no engine runs. */
  status(): EngineStatus | undefined
  /** Newest events after an offset, newest first. */
  eventsAfter(offset: number | undefined, limit: number): Promise<EventPageResult>
}

/** One window's end of the stream: status once a second, new events while it owes no credit. */
export interface StreamServer {
  /** What the window said; anything else than what was agreed is dropped. */
  receive(data: unknown): void
  /** Something was appended or applied: new events may be there. */
  wake(): void
  close(): void
}

const maxRows = 500
export const statusEveryMs = 1_000

export function serveStream(deps: StreamDeps): StreamServer {
  let open = true
  let tail = false
  let owesCredit = false
  let reading = false
  /** Last offset the window knows of; `undefined` until the tail has been turned on and the newest was looked up. */
  let knownTo: number | undefined

  const tick = () => {
    const status = deps.status()
    if (status !== undefined) deps.post({ type: 'status', status })
    wake()
  }
  const timer = setInterval(tick, statusEveryMs)
  tick()

  function wake(): void {
    if (!open || !tail || owesCredit || reading) return
    reading = true
    // A read that fails, because the store is being made or closed, is tried again at the next wake.
    sendTail()
      .catch(() => undefined)
      .finally(() => {
        reading = false
      })
  }

  const sendTail = async () => {
    if (knownTo === undefined) {
      knownTo = (await deps.eventsAfter(undefined, 1)).rows[0]?.offset ?? 0
      return
    }
    const { rows, more } = await deps.eventsAfter(knownTo, maxRows)
    const head = rows[0]?.offset
    if (head === undefined || !open || !tail) return
    // Offsets may have gaps, so what was left out is counted as offsets, at most a little too high.
    const oldest = rows.at(-1)?.offset ?? head
    const skipped = more ? oldest - knownTo - 1 : 0
    knownTo = head
    owesCredit = true
    deps.post({ type: 'tail', rows: rows.map((row) => ({ ...row, changed: [...row.changed] })), skipped, head })
  }

  return {
    receive(data) {
      const parsed = windowToCore.safeParse(data)
      if (!parsed.success) return
      if (parsed.data.type === 'credit') owesCredit = false
      else {
        tail = parsed.data.on
        owesCredit = false
        knownTo = undefined
      }
      wake()
    },
    wake,
    close() {
      open = false
      clearInterval(timer)
    },
  }
}
