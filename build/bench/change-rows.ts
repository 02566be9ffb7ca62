import { drainBacklog } from './backlog.ts'
import type { Measurement, Scenario, Setting } from './scenario.ts'
import { itemRows } from './shape.ts'
import { newMark, openWatch } from './watch.ts'

const perTransaction = 100

/** Keys side by side, the next ones in each round. */
export const updatesInOrder: Scenario = {
  name: 'updates in key order',
  kind: 'rate',
  changes: (rows) => rows * 0.4,
  figures: [{ name: '', unit: 'rows/s' }],
  measure: (setting) =>
    changeInTransactions(setting, `update item set ${change} where id between ${nextPlaces(setting)}`),
}

/** Each key at most once in a round, in an order without pattern: see `shuffle`. */
export const updatesAtRandom: Scenario = {
  name: 'updates of random keys',
  kind: 'rate',
  changes: (rows) => rows * 0.4,
  figures: [{ name: '', unit: 'rows/s' }],
  measure: async (setting) => {
    await setting.contender.source.query(shuffle)
    return changeInTransactions(
      setting,
      `update item set ${change} from shuffled where item.id = shuffled.id and shuffled.place between ${nextPlaces(setting)}`,
    )
  },
}

export const deletes: Scenario = {
  name: 'deletes',
  kind: 'rate',
  changes: (rows) => rows * 0.4,
  figures: [{ name: '', unit: 'rows/s' }],
  measure: async (setting) => {
    await putBack(setting)
    return changeInTransactions(setting, `delete from item where id between ${nextPlaces(setting)}`)
  },
}

/** Few keys, each changed a hundred times. */
export const hotSet: Scenario = {
  name: 'a hot set, each key changed 100 times',
  kind: 'rate',
  changes: (rows) => rows * 2,
  figures: [{ name: '', unit: 'changes/s', goal: { of: 'ratio', atLeast: 2 } }],
  measure: (setting) => {
    // A stride that shares no factor with the number of keys meets each equally often, and none twice in a transaction.
    const key = `1 + ((n - 1) * ${perTransaction} + g)::bigint * 7919 % ${setting.size.table}`
    return changeInTransactions(
      setting,
      `update item set ${change} where id in (select ${key} from generate_series(1, ${perTransaction}) g)`,
    )
  },
}

const change = 'amount = amount + 1, changed_at = clock_timestamp()'

/** Unlogged: it is the writer's affair and no part of what is followed. */
const shuffle = `
  create unlogged table if not exists shuffled (place int primary key, id int not null);
  insert into shuffled select row_number() over (order by hashint4(id), id), id from item where id > 0 on conflict do nothing;
  analyze shuffled`

function changeInTransactions(setting: Setting, transactionSql: string): Promise<Measurement> {
  const { changes } = setting.size
  return drainBacklog(setting, { transactions: changes / perTransaction, transactionSql, counted: changes })
}

/** Those of the n-th transaction, as the ends of BETWEEN. */
function nextPlaces(setting: Setting): string {
  const first = `${firstPlace(setting)} + (n - 1) * ${perTransaction}`
  return `${first} and ${first} + ${perTransaction} - 1`
}

/** Each round has a part of the table of its own, as long as there are parts. */
function firstPlace({ size, round }: Setting): number {
  return 1 + (round % Math.max(1, Math.floor(size.table / size.changes))) * size.changes
}

/** Rows that an earlier round has deleted, if it has. */
async function putBack(setting: Setting): Promise<void> {
  const { contender, shape, size } = setting
  const first = firstPlace(setting)
  await contender.source.query(`insert into item ${itemRows(first, first + size.changes - 1)} on conflict do nothing`)
  const mark = newMark()
  await contender.source.query(shape.markSql, [mark])
  const watch = await openWatch(contender, shape)
  await watch.untilMarked(mark)
  await watch.close()
}
