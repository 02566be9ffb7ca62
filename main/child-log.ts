import type { Log } from '../sync-core/domain/log.ts'
import { describe } from './log-file.ts'

/** How a process of ours that has no log of its own tells main a line for it. */
export interface LogMessage {
  type: 'log'
  level: 'info' | 'warn' | 'error'
  message: string
}

export function childLog(post: (message: LogMessage) => void): Log {
  return {
    debug: () => undefined,
    info: (message) => post({ type: 'log', level: 'info', message }),
    warn: (message) => post({ type: 'log', level: 'warn', message }),
    error: (message, error) => {
      post({ type: 'log', level: 'error', message: error === undefined ? message : `${message} (${describe(error)})` })
    },
  }
}
