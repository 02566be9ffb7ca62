import { drainBacklog } from './backlog.ts'
import type { Measurement, Scenario, Setting } from './scenario.ts'
import { itemRows } from './shape.ts'
import { countCosts, newMark, openWatch } from './watch.ts'

/** One transaction of many rows: end to end what somebody waits for who loads them, from its commit replication alone. */
export const oneTransaction: Scenario = {
  name: 'inserts, one transaction',
  kind: 'rate',
  changes: (rows) => rows,
  figures: [
    { name: 'end to end', unit: 'rows/s', goal: { of: 'ratio', atLeast: 0.8 } },
    { name: 'from its commit', unit: 'rows/s', goal: { of: 'ratio', atLeast: 0.8 } },
  ],
  measure: insertAtOnce,
}

export const hundredRowTransactions: Scenario = {
  name: 'inserts, backlog of transactions of 100',
  kind: 'rate',
  changes: (rows) => rows * 0.4,
  figures: [{ name: '', unit: 'rows/s' }],
  measure: (setting) => insertInTransactionsOf(setting, 100),
}

export const oneRowTransactions: Scenario = {
  name: 'inserts, backlog of one-row transactions',
  kind: 'rate',
  changes: (rows) => rows * 0.2,
  figures: [{ name: '', unit: 'transactions/s', goal: { of: 'ratio', atLeast: 1 } }],
  measure: (setting) => insertInTransactionsOf(setting, 1),
}

export const twoConsumers: Scenario = {
  ...hundredRowTransactions,
  name: 'two consumers in two databases, transactions of 100',
}

async function insertAtOnce(setting: Setting): Promise<Measurement> {
  const { contender, shape, size, round } = setting
  // Later rounds find a process that has done this before, as it would be in use; memory is that of all rounds.
  if (round === 0) await contender.renew()
  const first = await nextId(setting)
  const mark = newMark()
  const watch = await openWatch(contender, shape)
  const writer = await contender.source.session()
  try {
    const costs = await countCosts(contender, await contender.storeWrites())
    const startedAt = performance.now()
    await writer.query('begin')
    await writer.query(`insert into item ${itemRows(first, first + size.changes - 1)}`)
    await writer.query(shape.markSql, [mark])
    await writer.query('commit')
    const committedAt = performance.now()
    await watch.untilMarked(mark)
    const arrivedAt = performance.now()
    const rate = (fromMs: number): number => (size.changes * 1_000) / (arrivedAt - fromMs)
    return { values: [rate(startedAt), rate(committedAt)], cost: await costs.end() }
  } finally {
    await writer.close()
    await watch.close()
  }
}

async function insertInTransactionsOf(setting: Setting, rows: number): Promise<Measurement> {
  const first = await nextId(setting)
  const from = `${first} + (n - 1) * ${rows}`
  return drainBacklog(setting, {
    transactions: setting.size.changes / rows,
    transactionSql: `insert into item ${itemRows(from, `${from} + ${rows} - 1`)}`,
    counted: setting.size.changes,
  })
}

async function nextId({ contender }: Setting): Promise<number> {
  const [row] = await contender.source.query('select coalesce(max(id), 0) + 1 as id from item')
  return Number(row?.id)
}
