import type { SqlDiagnostic } from './sql-problem.ts'

/** How a source's server would run a transformation for some changed rows; nothing of it was run. */
export interface QueryPlan {
  /** An error where there is none; a warning for each large table that would be read as a whole. */
  readonly diagnostics: readonly SqlDiagnostic[]
  /** `undefined` where the server could not be asked for one. */
  readonly root: PlanNode | undefined
  /** For how many rows of the table it was planned. */
  readonly keys: number
}

export interface PlanNode {
  /** In the server's words: `Index Scan`. */
  readonly what: string
  readonly schema: string | undefined
  readonly table: string | undefined
  readonly index: string | undefined
  /** How rows are chosen, in SQL. */
  readonly condition: string | undefined
  readonly rowsEstimated: number
  /** In the planner's own unit, its inputs included. */
  readonly cost: number
  readonly inputs: readonly PlanNode[]
}

/** A table that would be read from its beginning to its end. */
export interface WholeRead {
  readonly schema: string
  readonly table: string
  readonly rowsEstimated: number
  /** By which an index would find its rows. */
  readonly columns: readonly string[]
}
