import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { folderName, stateRoot } from './state-folder.ts'

test('state is kept where the system keeps it', () => {
  assert.equal(stateRoot('linux', { HOME: '/h' }), join('/h', '.local', 'state', 'rejot'))
  assert.equal(stateRoot('linux', { HOME: '/h', XDG_STATE_HOME: '/x' }), join('/x', 'rejot'))
  assert.equal(stateRoot('linux', { HOME: '/h', XDG_STATE_HOME: 'relative' }), join('/h', '.local', 'state', 'rejot'))
  assert.equal(stateRoot('darwin', { HOME: '/h' }), join('/h', 'Library', 'Application Support', 'ReJot'))
  assert.equal(stateRoot('win32', { LOCALAPPDATA: 'C:\\L' }), join('C:\\L', 'ReJot'))
})

test('names that Windows keeps for itself are not used', () => {
  assert.equal(folderName('con'), '_con')
  assert.equal(folderName('@aux/crm'), '_aux.crm')
  assert.equal(folderName('@harbor/crm'), 'harbor.crm')
})

test('two slugs never share a folder, and no name needs care', () => {
  const part = fc.stringMatching(/^[a-z0-9-]{1,5}$/)
  const slug = fc.oneof(
    part,
    fc.tuple(part, part).map(([scope, name]) => `@${scope}/${name}`),
    part.map((scope) => `@${scope}/`),
    fc.constantFrom('con', '@con/a', 'nul'),
  )
  fc.assert(
    fc.property(slug, slug, (a, b) => {
      assert.equal(folderName(a) === folderName(b), a === b)
      assert.equal(folderName(a).endsWith('.'), false)
      assert.match(folderName(a), /^[a-z0-9_-][a-z0-9.-]*_?$/)
    }),
    { numRuns: 3_000 },
  )
})
