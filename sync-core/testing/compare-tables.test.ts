import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expectSameRows } from './compare-tables.ts'
import { createDatabase } from './test-database.ts'
import { withServers } from './with-servers.ts'

const servers = withServers(['one'])

test('equal rows in another order are the same, and counted', async () => {
  const database = await createDatabase(servers('one'))
  const up = { database, sql: `select i, 'n' || i as name, null as nothing from generate_series(1, 500) i` }
  assert.equal(await expectSameRows(up, { ...up, sql: `${up.sql} order by i desc` }), 500)
  await database.drop()
})

test('rows that are missing, different, too many or doubled are each named', async () => {
  const database = await createDatabase(servers('one'))
  const source = { database, sql: `values (1, 'a'), (2, 'b'), (3, null)` }
  const destination = { database, sql: `values (1, 'a'), (1, 'a'), (3, ''), (4, 'd')` }
  await assert.rejects(expectSameRows(source, destination), {
    message: [
      '4 rows differ (3 at the source, 4 at the destination)',
      'missing   [2,"b"]',
      'different [3,null]',
      '  but is  [3,""]',
      'too much  [1,"a"]',
      'too much  [4,"d"]',
    ].join('\n'),
  })
  await database.drop()
})
