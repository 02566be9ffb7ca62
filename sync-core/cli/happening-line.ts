import type { Happening } from '../domain/status.ts'

/** A line of `rejot sync --json`. `time` is ISO 8601 in UTC. */
export function happeningJson(happening: Happening, at: number): string {
  return `${JSON.stringify({ time: new Date(at).toISOString(), ...happening })}\n`
}

/** A line for a person; `undefined` for what the log says anyway. */
export function happeningText(happening: Happening): string | undefined {
  switch (happening.event) {
    case 'started':
      return `Started (process ${happening.pid}), state in ${happening.stateDir}\n`
    case 'ready':
      return 'Ready: every source streams and every consumer is up to date\n'
    case 'dead-letter':
      return `${happening.consumer} set a row aside (${happening.sqlstate}): ${happening.message}\n`
    case 'stopped':
      return 'Stopped\n'
    case 'retrying':
    case 'halted':
      return undefined
  }
}
