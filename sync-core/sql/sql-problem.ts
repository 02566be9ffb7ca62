export type { SqlProblem } from '../domain/sql-problem.ts'

/** Thrown by `parseSql`: the text is not one readable statement. */
export class SqlError extends Error {
  readonly position: number
  constructor(message: string, position: number, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'SqlError'
    this.position = position
  }
}
