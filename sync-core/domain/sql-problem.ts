/** Something wrong in a user's SQL. */
export interface SqlProblem {
  readonly severity: 'error' | 'warning'
  /** 1-based UTF-16 unit in the user's own text, as editors count. */
  readonly position: number
  /** One sentence without full stop. */
  readonly message: string
  /** What to do next, as one sentence. */
  readonly hint?: string | undefined
  /** Text that cures it, to be pasted. */
  readonly cure?: string | undefined
  readonly sqlstate?: string | undefined
}

/** The same with the words that it is about, as an editor marks them. */
export interface SqlDiagnostic extends Omit<SqlProblem, 'position'> {
  /** 0-based UTF-16 unit in the user's own text. */
  readonly from: number
  /** Exclusive; behind `from` wherever the text has a word at all. */
  readonly to: number
}
