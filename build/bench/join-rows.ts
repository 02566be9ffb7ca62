import { drainBacklog } from './backlog.ts'
import type { Scenario } from './scenario.ts'

const perTransaction = 100
const linesOfCustomer = 20

/** Customers for that many order lines. */
export function customers(lines: number): string {
  return `insert into customer select g, 'customer ' || g from generate_series(1, ${customersFor(lines)}) g`
}

/** Order lines of customers all over the table; each changes the totals of one. Native replication has no such thing. */
export const joinAndAggregate: Scenario = {
  name: 'a public schema with a join and an aggregate',
  kind: 'rate',
  changes: (rows) => rows * 0.4,
  figures: [{ name: '', unit: 'changes/s' }],
  measure: async (setting) => {
    const { source } = setting.contender
    const { changes } = setting.size
    const [row] = await source.query('select coalesce(max(id), 0) as id from order_line')
    const line = `${Number(row?.id)} + (n - 1) * ${perTransaction} + g`
    return drainBacklog(setting, {
      transactions: changes / perTransaction,
      transactionSql: `
        insert into order_line select ${line}, 1 + (${line})::bigint * 7919 % ${customersFor(changes)}, g
          from generate_series(1, ${perTransaction}) g`,
      counted: changes,
    })
  },
}

function customersFor(lines: number): number {
  return Math.max(1, Math.floor(lines / linesOfCustomer))
}
