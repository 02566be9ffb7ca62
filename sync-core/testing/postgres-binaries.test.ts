import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { findPostgresBinaries } from './postgres-binaries.ts'
import { serverUser } from './server-user.ts'

test('the npm package has a Postgres that runs as the user of the server', () => {
  const { version } = findPostgresBinaries({}, serverUser(), undefined)
  assert.match(version, /^postgres \(PostgreSQL\) 1[4-9]/)
})

test('a folder without Postgres is named', () => {
  const empty = mkdtempSync(join(tmpdir(), 'rejot-empty-'))
  assert.throws(() => findPostgresBinaries({ binDir: empty }, serverUser(), undefined), {
    message: `Cannot run Postgres from ${empty}: its programs are missing or do not start`,
  })
  rmSync(empty, { recursive: true })
})
