import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PostgresServer, startPostgresServer } from '../../sync-core/testing/postgres-server.ts'
import { createDatabase, type TestDatabase, type TestDatabaseOptions } from '../../sync-core/testing/test-database.ts'
import { type LaunchedWindow, type LaunchOptions, launchWindow } from './launch-window.ts'

/** What the tests of one file play on: a folder, databases, and one window after another. */
export interface Stage {
  readonly folder: string
  /** Of this folder: settings, drafts, event stores. */
  readonly userDataDir: string
  /** On a server of the stage, which the first of them starts. */
  database(options?: TestDatabaseOptions): Promise<TestDatabase>
  /** A window that knows what the one before it kept. */
  launch(options: Omit<LaunchOptions, 'userDataDir'>): Promise<LaunchedWindow>
  /** Quits the window, which has to end well, and takes all else away. */
  clear(): Promise<void>
}

export function createStage(name: string): Stage {
  const folder = mkdtempSync(join(tmpdir(), `rejot-${name}-`))
  const userDataDir = join(folder, 'user')
  const databases: TestDatabase[] = []
  let server: PostgresServer | undefined
  let window: LaunchedWindow | undefined
  return {
    folder,
    userDataDir,
    async database(options) {
      server ??= await startPostgresServer({ settings: { fsync: 'off' } })
      const database = await createDatabase(server, options)
      databases.push(database)
      return database
    },
    async launch(options) {
      window = await launchWindow({ userDataDir, ...options })
      return window
    },
    async clear() {
      const code = await window?.quit()
      for (const database of databases) await database.drop()
      await server?.stop('immediate')
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
      assert.equal(code, 0)
    },
  }
}
