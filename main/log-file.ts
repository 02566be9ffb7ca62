import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../sync-core/domain/log.ts'

export interface LogFile extends Log {
  /** The same file, each line marked with where it comes from. */
  from(part: string): Log
}

const maxBytes = 1_000_000
const maxLineLength = 2_000

/**
 * The program's own log: `rejot.log` in the folder, and the one before it. Lines are few (a change of state, a failure),
 * so they are written at once: what was said last before a crash is what one wants to read.
 * Of a foreign error only its name, code and place are written: its message may quote row values.
 */
export function openLogFile(folder: string, now: () => Date = () => new Date()): LogFile {
  const path = join(folder, 'rejot.log')
  let bytes = 0
  try {
    mkdirSync(folder, { recursive: true })
    bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  } catch {
    // A log that cannot be written must not keep the program from running.
  }

  const write = (level: string, part: string, message: string) => {
    const line = `${now().toISOString()} ${level} ${part}: ${message.replaceAll('\n', ' ').slice(0, maxLineLength)}\n`
    try {
      if (bytes > maxBytes) {
        renameSync(path, join(folder, 'rejot.1.log'))
        bytes = 0
      }
      appendFileSync(path, line, { mode: 0o600 })
      bytes += Buffer.byteLength(line)
    } catch {
      // See above.
    }
  }

  const from = (part: string): Log => ({
    debug: () => undefined,
    info: (message) => write('info', part, message),
    warn: (message) => write('warn', part, message),
    error: (message, error) => write('error', part, error === undefined ? message : `${message} (${describe(error)})`),
  })
  return { ...from('main'), from }
}

/** What of an error is safe to keep: never its message. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : ''
  const place = error.stack
    ?.split('\n')
    .find((line) => /^\s+at /.test(line))
    ?.trim()
  return `${error.name}${code}${place === undefined ? '' : ` ${place}`}`
}
