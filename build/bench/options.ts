import { parseArgs } from 'node:util'

export interface Options {
  /** Rows of the one large transaction; every other size is a share of it. */
  readonly rows: number
  readonly rounds: number
  readonly latencySeconds: number
  /** Scenarios whose name contains it. */
  readonly only: string
  readonly json: boolean
  /** Sizes at which rates are measured once more, ascending; none without `--growth`. */
  readonly growthSizes: readonly number[]
  /** Where a chart is written. */
  readonly svg: string | undefined
}

export const usage = `npm run bench -- [options]
  --quick        a smoke run with 20,000 rows, one round
  --rows N       rows of the one large transaction, of which other sizes are shares (500000; a multiple of 5000)
  --rounds N     times that everything is measured, native and ReJot in turn (3; with --quick 1)
  --only TEXT    only scenarios whose name contains TEXT
  --growth       also: each rate with 10 thousand, 100 thousand and 1 million rows
  --json         one JSON document on standard output
  --svg FILE     writes a chart`

/** Throws an Error with a sentence for what cannot be meant. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      rows: { type: 'string' },
      rounds: { type: 'string' },
      only: { type: 'string', default: '' },
      growth: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      svg: { type: 'string' },
    },
  })
  const rows = wholeNumber('--rows', values.rows, values.quick ? 20_000 : 500_000)
  // So that every share of it fills whole transactions, and the hot set is a set.
  if (rows % 5_000 !== 0) throw new Error(`--rows is a multiple of 5000, not ${rows}`)
  return {
    rows,
    rounds: wholeNumber('--rounds', values.rounds, values.quick ? 1 : 3),
    latencySeconds: values.quick ? 2 : 5,
    only: values.only,
    json: values.json,
    growthSizes: values.growth ? growthSizes(rows) : [],
    svg: values.svg,
  }
}

/** With 500,000: 10 thousand, 100 thousand, a million. */
function growthSizes(rows: number): readonly number[] {
  return [...new Set([rows / 50, rows / 5, rows * 2].map((size) => Math.max(size, 10_000)))]
}

function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${name} is a whole number from 1 on, not "${text}"`)
  return Number(text)
}
