import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EngineStatus } from '../domain/status.ts'

const intervalMs = 500

/** For `rejot status` in another process: the last status, at most twice a second, never half written. Never throws. */
export function createStatusFile(stateDir: string, pid: number): { write(status: EngineStatus): void; flush(): void } {
  const path = join(stateDir, 'status.json')
  let writtenAt = 0
  let last: EngineStatus | undefined
  const flush = (): void => {
    if (last === undefined) return
    try {
      writeFileSync(`${path}.new`, JSON.stringify({ pid, status: last }), { mode: 0o600 })
      renameSync(`${path}.new`, path)
      last = undefined
    } catch {
      // A full disk is the event store's to report; the next status is written again.
    }
  }
  return {
    write(status) {
      last = status
      if (status.at - writtenAt < intervalMs) return
      writtenAt = status.at
      flush()
    },
    flush,
  }
}
