import { expectSameRows } from '../testing/compare-tables.ts'
import { consumerIdOf, type PipelineSetting } from '../testing/pipeline-setting.ts'
import type { Invariant, Sight, Sights } from './read.ts'
import { consumerNames, consumers, type DatabaseName, schemaNames, truths } from './shop.ts'
import { readStored, type Stored } from './stored.ts'
import type { Tried } from './tried.ts'

/** What a round has to compare, once nobody writes any more and the engine has stopped. */
export interface Remains {
  readonly setting: PipelineSetting<DatabaseName>
  readonly sights: readonly Sights[]
  /** From where on everything was copied. */
  readonly wholeFrom: number
  readonly tried: Tried
}

/** Throws when anything is lost, doubled, left behind, or was seen in part. */
export async function compareAll({ setting, sights, wholeFrom, tried }: Remains): Promise<void> {
  tried.rowsCompared += await compareDestinations(setting)
  const stored = readStored(setting.workspace.stateDir)
  tried.events += stored.events
  await compareLog(setting, stored)
  await compareHits(setting, stored)
  tried.versionsCompared += await compareVersions(setting)
  if (stored.deadLetters > 0 || stored.held > 0) {
    throw new Error(`${stored.deadLetters} dead letters and ${stored.held} held events are left`)
  }
  const isWhole = ({ consumers: read }: Invariant, offset: number): boolean =>
    offset >= wholeFrom && stored.wholeEnds.has(offset) && read.every((name) => offset >= stored.copiedTo[name])
  for (const seen of sights) tried.readsChecked += checkSights(seen, isWhole)
}

async function compareDestinations({ databases }: Remains['setting']): Promise<number> {
  let rows = 0
  for (const name of consumerNames) {
    const { into, truth, rows: sql } = consumers[name]
    rows += await expectSameRows({ database: databases.shop, sql: truth }, { database: databases[into], sql }).catch(
      about(`consumer ${consumerIdOf(name)}`),
    )
  }
  return rows
}

/** The log says what the source says. */
async function compareLog({ databases }: Remains['setting'], stored: Stored): Promise<void> {
  for (const name of schemaNames) {
    const there = (await databases.shop.query(truths[name])).map((row) => JSON.stringify(Object.values(row))).sort()
    const wrong = differences(there, stored.rows[name])
    if (wrong.length > 0) throw new Error(`The event store differs from public schema ${name}: ${wrong.join('; ')}`)
  }
}

function differences(expected: readonly string[], actual: readonly string[]): readonly string[] {
  const [there, here] = [new Set(expected), new Set(actual)]
  return [
    ...expected.filter((row) => !here.has(row)).map((row) => `missing ${row}`),
    ...actual.filter((row) => !there.has(row)).map((row) => `too much ${row}`),
  ].slice(0, 10)
}

/** Each event has counted once. */
async function compareHits({ databases }: Remains['setting'], { tallyEvents }: Stored): Promise<void> {
  const rows = await databases.crm.query('select id, hits from tally order by id')
  const hits = new Map(rows.map(({ id, hits }) => [`[${id}]`, Number(hits)]))
  const wrong = [...new Set([...hits.keys(), ...tallyEvents.keys()])]
    .filter((key) => hits.get(key) !== tallyEvents.get(key))
    .map((key) => `purse ${key} has ${tallyEvents.get(key) ?? 0} events and ${hits.get(key) ?? 0} hits`)
  if (wrong.length > 0) throw new Error(`Events were lost or doubled: ${wrong.slice(0, 10).join('; ')}`)
}

const versionsSql = (versions: string): string => `
  select id, array_to_json(array_agg(coalesce(amount::text, 'gone') order by n)) as amounts from ${versions} group by id`

/** An update that changes nothing is no version. */
const notedSql = versionsSql(`(
  select * from (select n, id, amount, row_number() over (partition by id order by n) as place,
                        lag(amount) over (partition by id order by n) as before from purse_log) one
   where place = 1 or amount is distinct from before) version`)

/**
 * What a destination has of each purse is what the shop has noted, in the same order, from some beginning to the end:
 * what was before its first copy is in no stream. Returns how many versions these are.
 */
export async function compareVersions({ databases }: Pick<Remains['setting'], 'databases'>): Promise<number> {
  const [noted, arrived] = await Promise.all([
    databases.shop.query(notedSql),
    databases.crm.query(versionsSql('purse_history')),
  ])
  const truth = new Map(noted.map(({ id, amounts }) => [id, amounts as readonly string[]]))
  let versions = 0
  for (const { id, amounts } of arrived) {
    const here = amounts as readonly string[]
    const there = truth.get(id) ?? []
    const tail = there.slice(-here.length)
    if (tail.join() !== here.join()) {
      const place = here.findIndex((amount, nth) => amount !== tail[nth])
      throw new Error(
        `Versions of purse ${id} were lost, doubled or exchanged: at ${place} of ${here.length} it has ${here.slice(place, place + 5)}, and not ${tail.slice(place, place + 5)}`,
      )
    }
    versions += here.length
  }
  return versions
}

/** How many reads saw a state that had to be whole. Throws when one of them did not. */
export function checkSights(sights: Sights, isWhole: (read: Invariant, offset: number) => boolean): number {
  let checked = 0
  for (const [invariant, seen] of sights) {
    const { name, expected } = invariant
    const whole = [...seen].filter(([offset]) => isWhole(invariant, offset))
    const [wrong] = whole.filter((one): one is [number, Sight & { wrong: number }] => one[1].wrong !== undefined)
    if (wrong !== undefined) {
      const [offset, sight] = wrong
      throw new Error(`A transaction was seen in part: ${name} is ${sight.wrong} at offset ${offset}, not ${expected}`)
    }
    checked += whole.reduce((sum, [, sight]) => sum + sight.reads, 0)
  }
  return checked
}

function about(object: string): (error: unknown) => never {
  return (cause) => {
    throw new Error(`${object}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
