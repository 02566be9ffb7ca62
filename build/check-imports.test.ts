import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { checkImports } from './check-imports.ts'

test('says nothing about imports that the table allows', (t) => {
  const root = project(t, {
    'sync-core/domain/lsn.ts': 'export const lsn = 1',
    'sync-core/postgres/read.ts': "import pg from 'pg'\nimport { lsn } from '../domain/lsn.ts'\nexport { lsn, pg }",
    'sync-core/sync-core.ts': "import { pg } from './postgres/read.ts'\nexport { pg }",
  })
  assert.deepEqual(checkImports(root), [])
})

test('finds an import from a room that is closed', (t) => {
  const root = project(t, {
    'sync-core/sqlite/store.ts': 'export const store = 1',
    'sync-core/postgres/read.ts': "\nimport { store } from '../sqlite/store.ts'\nexport { store }",
  })
  assert.deepEqual(checkImports(root), [
    'sync-core/postgres/read.ts:2: sync-core/postgres may not import from sync-core/sqlite',
  ])
})

test('finds imports of types, dynamic ones and what is handed on', (t) => {
  const root = project(t, {
    'main/main.ts': 'export const main = 1',
    'sync-core/domain/a.ts': "import type { main } from '../../main/main.ts'\nexport type A = typeof main",
    'sync-core/domain/b.ts': "export const b = () => import('../../main/main.ts')",
    'sync-core/domain/c.ts': "export { main } from '../../main/main.ts'",
    'sync-core/domain/d.ts': "export type D = import('../../main/main.ts').Main",
  })
  const wrong = 'sync-core/domain may not import from main'
  assert.deepEqual([...checkImports(root)].sort(), [
    `sync-core/domain/a.ts:1: ${wrong}`,
    `sync-core/domain/b.ts:1: ${wrong}`,
    `sync-core/domain/c.ts:1: ${wrong}`,
    `sync-core/domain/d.ts:1: ${wrong}`,
  ])
})

test('keeps each driver in its folder, and Electron out of the sync core', (t) => {
  const root = project(t, {
    'sync-core/replication/loop.ts': "import pg from 'pg'\nexport { pg }",
    'sync-core/postgres/tray.ts': "import { Tray } from 'electron'\nexport { Tray }",
    'sync-core/domain/files.ts': "import { readFileSync } from 'node:fs'\nexport { readFileSync }",
  })
  assert.deepEqual([...checkImports(root)].sort(), [
    'sync-core/domain/files.ts:1: sync-core/domain may not import node:fs',
    'sync-core/postgres/tray.ts:1: sync-core/postgres may not import electron',
    'sync-core/replication/loop.ts:1: sync-core/replication may not import pg',
  ])
})

test('lets tests have tools that the program may not have', (t) => {
  const code = "import { test } from 'node:test'\nimport { server } from '../testing/server.ts'\ntest(server)"
  const files = { 'sync-core/testing/server.ts': "export const server = ''" }
  assert.deepEqual(checkImports(project(t, { ...files, 'sync-core/domain/parse.test.ts': code })), [])
  assert.deepEqual(checkImports(project(t, { ...files, 'sync-core/domain/parse.ts': code })), [
    'sync-core/domain/parse.ts:1: sync-core/domain may not import node:test',
    'sync-core/domain/parse.ts:2: sync-core/domain may not import from sync-core/testing',
  ])
})

test('keeps tools for tests out of the program', (t) => {
  const root = project(t, {
    'sync-core/sqlite/testing/steps.ts': "import fc from 'fast-check'\nexport { fc }",
    'sync-core/sqlite/store.ts': "import { fc } from './testing/steps.ts'\nexport { fc }",
  })
  assert.deepEqual(checkImports(root), [
    'sync-core/sqlite/store.ts:1: sync-core/sqlite/testing/steps.ts is there for tests only',
  ])
})

test('wants the path of a file, with its extension', (t) => {
  const root = project(t, {
    'sync-core/sql/parse.ts': 'export const parse = 1',
    'sync-core/sql/check.ts': "import { parse } from './parse'\nexport { parse }",
  })
  assert.deepEqual(checkImports(root), [
    'sync-core/sql/check.ts:1: ./parse is not the path of a file, with its extension',
  ])
})

test('finds circles', (t) => {
  const root = project(t, {
    'main/a.ts': "import { b } from './b.ts'\nexport const a = b",
    'main/b.ts': "import { c } from './c.ts'\nexport const b = c",
    'main/c.ts': "import { a } from './a.ts'\nexport const c = a",
  })
  const [problem, ...others] = checkImports(root)
  assert.match(problem ?? '', /^main\/[abc]\.ts: imports itself by way of main\/[abc]\.ts, main\/[abc]\.ts$/)
  assert.deepEqual(others, [])
})

test('lets nothing new stand at the top', (t) => {
  const root = project(t, { 'utils/strings.ts': 'export const strings = 1' })
  assert.deepEqual(checkImports(root), ['utils: nothing but the fixed folders and files stands at the top'])
})

function project(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'rejot-imports-'))
  t.after(() => rmSync(root, { recursive: true }))
  for (const [path, code] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), code)
  }
  return root
}
