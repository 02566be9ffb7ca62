import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { projectDir } from './project.mjs'

export interface TestFiles {
  /** Relative to the project's folder. */
  readonly plain: readonly string[]
  /** `*.window.test.ts`: they need a display and the built program. */
  readonly window: readonly string[]
}

/**
 * What takes longest of all, in this order: half a minute and more, measured, of which the size of a file says nothing.
 * Begun late, one of them would end alone.
 */
export const longest = [
  'sync-core/drill/drill.test.ts',
  'sync-core/postgres-versions.test.ts',
  'sync-core/source-identity.test.ts',
  'sync-core/source-health.test.ts',
  'sync-core/memory.test.ts',
  'sync-core/ddl.test.ts',
  'sync-core/held-rows.test.ts',
  'sync-core/crash.test.ts',
  'sync-core/sqlite/event-store-model.test.ts',
  'sync-core/cli/slot-in-use.test.ts',
  'sync-core/history.test.ts',
  'sync-core/drill/find-failure.test.ts',
]

const folders = ['sync-core', 'main', 'renderer', 'build']

/** All test files whose path contains one of the patterns, or all when there are none. The longest first. */
export function findTestFiles(patterns: readonly string[]): TestFiles {
  const all = folders
    .flatMap(testFilesIn)
    .filter((file) => patterns.length === 0 || patterns.some((p) => file.includes(p)))
  // Of those that take seconds, size is a fair guess.
  const bySize = all
    .map((file) => ({ file, size: statSync(join(projectDir, file)).size }))
    .sort((a, b) => b.size - a.size)
    .map(({ file }) => file)
  const inOrder = [...longest.filter((file) => all.includes(file)), ...bySize.filter((file) => !longest.includes(file))]
  const isWindow = (file: string): boolean => file.endsWith('.window.test.ts')
  return {
    plain: inOrder.filter((file) => !isWindow(file)),
    window: all.filter(isWindow).sort(),
  }
}

function testFilesIn(folder: string): string[] {
  if (!existsSync(join(projectDir, folder))) return []
  return readdirSync(join(projectDir, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
}
