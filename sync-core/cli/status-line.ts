import type { EngineStatus } from '../domain/status.ts'

/** `captured 1,204 · events 1,204 · applied 1,204 · lag 3 ms`, since the engine started. */
export function statusLine(status: EngineStatus): string {
  const captured = sum(status.sources.map(({ rowChanges }) => rowChanges))
  const events = sum(status.publicSchemas.map((schema) => schema.events))
  const applied = sum(status.consumers.map(({ rowsApplied }) => rowsApplied))
  const lagMs = Math.max(0, ...status.sources.map((one) => one.lagMs), ...status.consumers.map((one) => one.lagMs))
  const parts = [`captured ${number(captured)}`, `events ${number(events)}`, `applied ${number(applied)}`]
  return [...parts, `lag ${number(Math.round(lagMs))} ms`, ...notStreaming(status)].join(' · ')
}

/** Only what is not as it should be is named. */
function notStreaming({ sources, consumers }: EngineStatus): readonly string[] {
  const all = [...sources.map(({ slug, state }) => ({ name: slug, state })), ...consumers]
  return all.filter(({ state }) => state !== 'streaming').map(({ name, state }) => `${name} ${state}`)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}
