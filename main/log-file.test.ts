import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openLogFile } from './log-file.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'rejot-log-'))
const noon = () => new Date(Date.UTC(2026, 0, 2, 12))

test('a line says when, how bad, where and what', () => {
  const place = folder()
  openLogFile(place, noon).from('core').warn('source accounts-db\nis away')
  assert.equal(
    readFileSync(join(place, 'rejot.log'), 'utf8'),
    '2026-01-02T12:00:00.000Z warn core: source accounts-db is away\n',
  )
})

test('the message of a foreign error is left out, its code and place are kept', () => {
  const place = folder()
  const error = Object.assign(new Error('duplicate key (email)=(ada@example.org)'), { code: '23505' })
  openLogFile(place, noon).error('Cannot serve events.page', error)
  const text = readFileSync(join(place, 'rejot.log'), 'utf8')
  assert.match(text, /Error 23505 at /)
  assert.doesNotMatch(text, /ada@example/)
})

test('keeps one file before the current one and no more', () => {
  const place = folder()
  const log = openLogFile(place, noon)
  for (let i = 0; i < 1_200; i++) log.info('x'.repeat(5_000))
  assert.deepEqual(readdirSync(place).sort(), ['rejot.1.log', 'rejot.log'])
  assert.equal(statSync(join(place, 'rejot.1.log')).size < 1_100_000, true)
})

test('a folder that cannot be made does not stop the program', () => {
  const place = join(folder(), 'rejot.log')
  openLogFile(join(place, '..'), noon).info('makes a file of this name')
  assert.doesNotThrow(() => openLogFile(place, noon).info('nowhere to go'))
})
