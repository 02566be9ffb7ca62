import { deletes, hotSet, updatesAtRandom, updatesInOrder } from './change-rows.ts'
import { backfill } from './copy-rows.ts'
import { hundredRowTransactions, oneRowTransactions, oneTransaction, twoConsumers } from './insert-rows.ts'
import { customers, joinAndAggregate } from './join-rows.ts'
import { latency } from './latency.ts'
import type { Family } from './scenario.ts'
import { itemRows, itemShape, totalsShape } from './shape.ts'

const fillItems = (size: number): string => `insert into item ${itemRows(1, size)}`
const none = (): number => 0

/** All of them. Latency first: what follows a load of millions of rows is vacuum and checkpoints. */
export const families: readonly Family[] = [
  {
    shape: itemShape(),
    table: none,
    grownTable: none,
    scenarios: [
      latency(100, 'alone'),
      latency(100, 'beside an idle open transaction'),
      latency(1_000, 'alone'),
      latency(1_000, 'beside an idle open transaction'),
    ],
  },
  {
    shape: itemShape(),
    table: none,
    grownTable: none,
    scenarios: [oneTransaction, hundredRowTransactions, oneRowTransactions],
  },
  {
    shape: itemShape(),
    table: (rows) => rows * 2,
    grownTable: (changes) => changes,
    fill: fillItems,
    scenarios: [backfill, updatesInOrder, updatesAtRandom, deletes],
  },
  {
    shape: itemShape(),
    table: (rows) => rows / 50,
    grownTable: (changes) => changes / 100,
    fill: fillItems,
    scenarios: [hotSet],
  },
  {
    shape: totalsShape(),
    table: (rows) => rows * 0.4,
    grownTable: (changes) => changes,
    fill: customers,
    scenarios: [joinAndAggregate],
  },
  { shape: itemShape(2), table: none, grownTable: none, scenarios: [twoConsumers] },
]
