import { relative } from 'node:path'
import type { Problem } from '../domain/manifest.ts'
import { formatProblem } from './print-problems.ts'

export const problemFormats = ['plain', 'github', 'json'] as const
export type ProblemFormat = (typeof problemFormats)[number]

/** A problem as a line: for people and editors, for the log of a GitHub workflow, or as JSON. */
export function problemLine(problem: Problem, format: ProblemFormat, folder: string): string {
  if (format === 'json') return `${JSON.stringify(problem)}\n`
  return format === 'github' ? githubLine(problem, folder) : formatProblem(problem, folder)
}

/** GitHub shows it beside the line of the file, which it knows by its path from the repository's folder. */
function githubLine({ severity, file, line, column, message }: Problem, folder: string): string {
  const path = relative(folder, file).replaceAll('\\', '/')
  return `::${severity} file=${property(path)},line=${line},col=${column}::${data(message)}\n`
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
