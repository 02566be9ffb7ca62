import type { SqlSession } from '../../sync-core/testing/sql-session.ts'
import { latencyFigures } from './measure.ts'
import type { FigureKind, Measurement, Scenario, Setting } from './scenario.ts'
import { itemRows } from './shape.ts'
import { countCosts, pause } from './watch.ts'

/** One-row transactions at a steady pace, alone or beside a transaction that has written and does nothing more. */
export function latency(perSecond: number, beside: 'alone' | 'beside an idle open transaction'): Scenario {
  return {
    name: `latency at ${perSecond.toLocaleString('en')} transactions/s, ${beside}`,
    kind: 'latency',
    changes: () => perSecond,
    figures: perSecond >= 1_000 && beside === 'alone' ? figuresWith(2.5, 8) : figuresWith(),
    async measure(setting) {
      const { contender, round } = setting
      if (round === 0) await contender.renew()
      if (beside === 'alone') return measureLatency(setting, perSecond)
      const idle = await contender.source.session()
      try {
        await idle.query('create table if not exists elsewhere (id int)')
        await idle.query('begin; insert into elsewhere values (1)')
        return await measureLatency(setting, perSecond)
      } finally {
        await idle.close()
      }
    },
  }
}

function figuresWith(p50Ms?: number, p99Ms?: number): readonly [FigureKind, FigureKind, FigureKind] {
  const figure = (name: string, atMost: number | undefined): FigureKind => ({
    name,
    unit: 'ms',
    ...(atMost === undefined ? {} : { goal: { of: 'rejot', atMost } }),
  })
  return [figure('p50', p50Ms), figure('p95', undefined), figure('p99', p99Ms)]
}

/** From the commit's return at the writer to the row's first sight at the destination. */
async function measureLatency({ contender, latencySeconds }: Setting, perSecond: number): Promise<Measurement> {
  const rows = perSecond * latencySeconds
  const [row] = await contender.source.query('select coalesce(max(id), 0) + 1 as id from item')
  const first = Number(row?.id)
  const writer = await contender.source.session()
  const watcher = await contender.destinations[0]?.session()
  if (watcher === undefined) throw new Error('Cannot measure latency without a destination')
  try {
    const costs = await countCosts(contender, await contender.storeWrites())
    const seen = noteFirstSights(watcher, first, rows)
    const committedAt = await writeSteadily(writer, { first, rows, perSecond })
    const seenAt = await seen
    // The first second warms plans and caches of both.
    const delaysMs = Array.from(seenAt, (at, index) => at - (committedAt[index] ?? 0)).slice(perSecond)
    const { p50Ms, p95Ms, p99Ms } = latencyFigures(delaysMs)
    return { values: [p50Ms, p95Ms, p99Ms], cost: await costs.end() }
  } finally {
    await writer.close()
    await watcher.close()
  }
}

async function noteFirstSights(watcher: SqlSession, first: number, rows: number): Promise<Float64Array> {
  const seenAt = new Float64Array(rows)
  for (let seen = 0; seen < rows; ) {
    const [row] = await watcher.query('select coalesce(max(id), 0) as id from item')
    const at = performance.now()
    for (const until = Number(row?.id) - first + 1; seen < until; seen++) seenAt[seen] = at
    // Without a pause the watcher takes a core from what it watches. It makes every figure up to 1 ms too high.
    await pause(1)
  }
  return seenAt
}

async function writeSteadily(
  writer: SqlSession,
  { first, rows, perSecond }: { readonly first: number; readonly rows: number; readonly perSecond: number },
): Promise<Float64Array> {
  const committedAt = new Float64Array(rows)
  const startedAt = performance.now()
  for (let index = 0; index < rows; index++) {
    const dueAt = startedAt + (index * 1_000) / perSecond
    // On a timer: to meet the moment exactly it would have to spin, on one of the cores that are measured.
    while (performance.now() < dueAt) await pause(Math.max(0, dueAt - performance.now()))
    await writer.query(`insert into item ${itemRows(first + index, first + index)}`)
    committedAt[index] = performance.now()
  }
  return committedAt
}
