import type { Log } from '../domain/log.ts'

/** `2026-11-21 09:30:00 warning …` to `write`, a line each; without debug lines. */
export function createConsoleLog(write: (line: string) => void): Log {
  const say = (level: string, message: string) => write(`${timeOf(new Date())} ${level} ${message}\n`)
  return {
    debug: () => undefined,
    info: (message) => say('info', message),
    warn: (message) => say('warning', message),
    error: (message, error) => say('error', error instanceof Error ? `${message}\n${error.stack ?? ''}` : message),
  }
}

function timeOf(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ')
}
