import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setUpPipeline } from '../testing/pipeline-setting.ts'
import { withServers } from '../testing/with-servers.ts'
import { compareVersions } from './compare.ts'
import { shopPipeline } from './shop.ts'

const server = withServers(['all'])

const spoilt = {
  'lost in between': [100, 95, 82],
  'lost at the end': [100, 95, 89],
  'doubled at the beginning': [100, 100, 95, 89, 82],
  'doubled in between': [100, 95, 95, 89, 82],
  'doubled at the end': [100, 95, 89, 82, 82],
  exchanged: [100, 89, 95, 82],
  'gone once too often': [100, 95, null, 89, 82],
} as const

test('versions that a destination lacks, or has twice or in another order, end a drill', async () => {
  const place = { server: server('all') }
  const pipeline = await setUpPipeline(shopPipeline({ shop: place, crm: place, billing: place }))
  const { shop, crm } = pipeline.databases
  const arrive = async (amounts: readonly (number | null)[]): Promise<void> => {
    await crm.query('truncate purse_history')
    const rows = 'insert into purse_history (id, amount) select 1, amount from unnest($1::int[]) amount'
    await crm.query(rows, [amounts])
  }
  try {
    for (const n of [5, 6, 7]) await shop.query(`select move(1, 2, ${n})`)
    // What changes nothing is no version.
    await shop.query('update purse set amount = amount where id = 1')
    await arrive([100, 95, 89, 82])
    assert.equal(await compareVersions(pipeline), 4)
    // The first copy came later.
    await arrive([89, 82])
    assert.equal(await compareVersions(pipeline), 2)
    for (const [how, amounts] of Object.entries(spoilt)) {
      await arrive(amounts)
      await assert.rejects(
        compareVersions(pipeline),
        /^Error: Versions of purse 1 were lost, doubled or exchanged/,
        how,
      )
    }
  } finally {
    await pipeline.dispose()
  }
})
