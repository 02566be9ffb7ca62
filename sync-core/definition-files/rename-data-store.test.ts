import assert from 'node:assert/strict'
import { test } from 'node:test'
import { consumeAccount, publishAccount } from './definition-text.fixture.ts'
import { readSqlDefinitions } from './read-sql-definitions.ts'
import { renameDataStore } from './rename-data-store.ts'

const both = `${publishAccount}\n${consumeAccount}`

test('headers name the other one, and SQL that says the same word keeps it', () => {
  const withWord = `${both.replace(/^-- data store: accounts-db$/m, (line) => `${line} `)}\n-- writes: accounts-db\n`
  const renamed = renameDataStore(withWord, 'accounts-db', 'people-db')
  const { definitions, problems } = readSqlDefinitions(renamed, '/a.sql')
  assert.deepEqual(problems, [])
  assert.equal(definitions[0]?.kind === 'public schema' && definitions[0].dataStore, 'people-db')
  assert.equal(definitions[1]?.kind === 'consumer schema' && definitions[1].destination, 'billing-db')
  // Behind SQL it is a comment.
  assert.match(renamed, /-- writes: accounts-db\n$/)
})

test('line ends stay, mixed ones too, and another name is another one', () => {
  const mixed = both.replaceAll('\n', '\r\n').replace('\r\n', '\n')
  assert.equal(renameDataStore(mixed, 'accounts', 'x'), mixed)
  const there = renameDataStore(mixed, 'billing-db', 'x')
  assert.notEqual(there, mixed)
  assert.equal(renameDataStore(there, 'x', 'billing-db'), mixed)
})
