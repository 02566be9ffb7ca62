import { relative } from 'node:path'
import type { Problem } from '../domain/manifest.ts'

/** `path:line:column: error: sentence`, as editors and compilers understand it; paths as seen from `folder`. */
export function formatProblem(problem: Problem, folder: string): string {
  const { line, column, severity, message } = problem
  const path = relative(folder, problem.file)
  const shown = path === '' || path.startsWith('..') ? problem.file : path
  return `${shown}:${line}:${column}: ${severity}: ${message}\n`
}

export function hasError(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error')
}
