import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { projectDir } from './project.mjs'

export interface TestFiles {
  /** Relative to the project's folder. */
  readonly plain: readonly string[]
  /** `*.window.test.ts`: they need a display and the built program. */
  readonly window: readonly string[]
}

const folders = ['sync-core', 'main', 'renderer', 'build']

/** All test files whose path contains one of the patterns, or all when there are none. The largest first. */
export function findTestFiles(patterns: readonly string[]): TestFiles {
  const all = folders
    .flatMap(testFilesIn)
    .filter((file) => patterns.length === 0 || patterns.some((p) => file.includes(p)))
  // The long ones first, so that none of them is alone at the end; size is a fair guess.
  const bySize = all
    .map((file) => ({ file, size: statSync(join(projectDir, file)).size }))
    .sort((a, b) => b.size - a.size)
  const isWindow = (file: string): boolean => file.endsWith('.window.test.ts')
  return {
    plain: bySize.map(({ file }) => file).filter((file) => !isWindow(file)),
    window: all.filter(isWindow).sort(),
  }
}

function testFilesIn(folder: string): string[] {
  if (!existsSync(join(projectDir, folder))) return []
  return readdirSync(join(projectDir, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
}
