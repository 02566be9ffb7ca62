import { relative } from 'node:path'
import type { Problem } from '../domain/manifest.ts'

/**
 * `path:line:column: error: sentence`, as editors and compilers understand it; paths as seen from `folder`. What cures
 * it follows on lines of its own.
 */
export function formatProblem(problem: Problem, folder: string): string {
  const { line, column, severity, message, cure } = problem
  const path = relative(folder, problem.file)
  const shown = path === '' || path.startsWith('..') ? problem.file : path
  const pasted = cure === undefined ? '' : `${cure.replace(/^/gm, '    ')}\n`
  return `${shown}:${line}:${column}: ${severity}: ${message}\n${pasted}`
}

export function hasError(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error')
}
