import assert from 'node:assert/strict'
import { constants } from 'node:buffer'
import { test } from 'node:test'
import { createDatabase } from '../testing/test-database.ts'
import { startWireTap } from '../testing/wire-tap.ts'
import { withServers } from '../testing/with-servers.ts'
import { classifyReadingFailure } from './classify-failure.ts'
import { openSession } from './session.ts'

const server = withServers(['source'])

test('an answer that the driver cannot read fails what was asked, and ends no process', async () => {
  const database = await createDatabase(server('source'))
  const { connection } = database
  let spoil = false
  // A row that says it has a thousand columns: reading on is reading past its end.
  const tap = await startWireTap(connection, ({ sender, type }) =>
    spoil && sender === 'server' && type === 'D' ? Buffer.from([0x03, 0xe8]) : 'passes',
  )
  const session = await openSession({ ...connection, port: tap.port }, { purpose: 'control', settings: {} })
  try {
    assert.deepEqual(await session.rows('select 1'), [['1']])
    spoil = true
    await assert.rejects(session.rows('select 2'))
    await assert.rejects(session.failed)
  } finally {
    await session.close()
    await tap.dispose()
    await database.drop()
  }
})

test('a value larger than any string can be is the trouble of the SQL that gives it', () => {
  const value = Buffer.alloc(constants.MAX_STRING_LENGTH + 1)
  assert.throws(
    () => value.toString('utf8'),
    (error) => {
      const { policy, message } = classifyReadingFailure(error, 'items 1.0')
      assert.equal(policy, 'halt')
      return message.startsWith('Cannot run the SQL of items 1.0: a row of it is larger than 512 MB as text')
    },
  )
})
