import type { Measurement, Scenario, Setting } from './scenario.ts'
import { countCosts, openWatch, untilFollowed } from './watch.ts'

/** The first copy of a table: from the moment the contender holds its slot to all rows visible. */
export const backfill: Scenario = {
  name: 'backfill',
  kind: 'rate',
  changes: (rows) => rows * 2,
  figures: [{ name: '', unit: 'rows/s', goal: { of: 'rejot', atLeast: 100_000 } }],
  measure: copyAgain,
}

async function copyAgain({ contender, shape, size }: Setting): Promise<Measurement> {
  await contender.forget()
  const watch = await openWatch(contender, shape)
  const session = await contender.source.session()
  try {
    const [table] = await session.query('select count(*)::int as rows, max(id) as last from item')
    const starting = contender.start()
    await Promise.race([untilFollowed(contender, session), starting])
    const followedAt = performance.now()
    const costs = await countCosts(contender, { events: 0, closings: 0 })
    const copied = watch.untilCopied('item', Number(table?.last), Number(table?.rows)).then(async () => {
      const elapsedMs = performance.now() - followedAt
      return { values: [(size.changes * 1_000) / elapsedMs], cost: await costs.end() }
    })
    const [measurement] = await Promise.all([copied, starting])
    return measurement
  } finally {
    await session.close()
    await watch.close()
  }
}
