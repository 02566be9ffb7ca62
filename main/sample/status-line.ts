import type { EngineStatus } from '../../sync-core/domain/status.ts'

/** What one line a second says of an engine; `time` stands in front. Rows and events since the engine started, lag of the consumer that is furthest behind. */
export function statusLine(status: EngineStatus, time: string): string {
  const captured = sum(status.sources.map((source) => source.rowChanges))
  const events = sum(status.publicSchemas.map((schema) => schema.events))
  const applied = sum(status.consumers.map((consumer) => consumer.rowsApplied))
  const lagMs = Math.max(0, ...status.consumers.map((consumer) => consumer.lagMs))
  const figures = [
    `rows captured ${grouped(captured)}`,
    `events ${grouped(events)}`,
    `rows applied ${grouped(applied)}`,
    `lag ${grouped(Math.round(lagMs))} ms`,
  ]
  return [time, ...figures, ...unusual(status)].join('   ')
}

/** Whoever does not stream, by name: a line of zeros has to say why. */
function unusual(status: EngineStatus): string[] {
  const all = [
    ...status.sources.map(({ slug, state }) => ({ name: slug, state })),
    ...status.consumers.map(({ name, state }) => ({ name, state })),
  ]
  return all.filter(({ state }) => state !== 'streaming').map(({ name, state }) => `${name} ${state}`)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function grouped(number: number): string {
  return number.toLocaleString('en-US')
}
