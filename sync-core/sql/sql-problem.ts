/** Something wrong in a user's SQL. */
export interface SqlProblem {
  readonly severity: 'error' | 'warning'
  /** 1-based UTF-16 unit in the user's own text, as editors count. */
  readonly position: number
  /** One sentence without full stop. */
  readonly message: string
  /** Text that cures it, to be pasted. */
  readonly cure?: string | undefined
}

/** Thrown by `parseSql`: the text is not one readable statement. */
export class SqlError extends Error {
  readonly position: number
  constructor(message: string, position: number, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'SqlError'
    this.position = position
  }
}
