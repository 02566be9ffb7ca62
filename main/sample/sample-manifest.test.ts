import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { publishedFault } from '../../sync-core/testing/published-format.ts'
import { withPorts } from './write-manifest.ts'

const text = readFileSync(new URL('../../assets/sample/rejot-manifest.json', import.meta.url), 'utf8')

test('the manifest is one in the published format', () => {
  assert.equal(publishedFault(text), undefined)
})

test('the published format refuses what it does not know', () => {
  assert.match(publishedFault(JSON.stringify({ ...JSON.parse(text), owner: 'somebody' })) ?? '', /owner/)
})

test('passwords are names of variables', () => {
  const passwords = [...text.matchAll(/"password": "(.*?)"/g)].map(([, password]) => password)
  assert.deepEqual(passwords, [
    ['$', '{env:REJOT_ACCOUNTS_DB_PASSWORD}'].join(''),
    ['$', '{env:REJOT_BILLING_DB_PASSWORD}'].join(''),
  ])
})

test('other ports change the ports and nothing else', () => {
  const changed = withPorts(text, { 'accounts-db': 6001, 'billing-db': 6002, elsewhere: 6003 })
  assert.equal(changed, text.replace('"port": 5432', '"port": 6001').replace('"port": 5433', '"port": 6002'))
  assert.equal(withPorts(changed, { 'accounts-db': 6001 }), changed)
  assert.equal(withPorts('{ broken', { 'accounts-db': 6001 }), '{ broken')
})
