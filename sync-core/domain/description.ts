import type { ContractColumn, Transformation } from './public-schema.ts'
import type { SqlDiagnostic } from './sql-problem.ts'

/** A public schema while it is being written: nothing of it needs to be right. */
export interface PublicSchemaDraft {
  readonly name: string
  readonly transformations: readonly Transformation[]
  /** `undefined` asks for inference from the first SQL. */
  readonly key?: readonly string[] | undefined
  /** What its contract promises so far. */
  readonly columns?: readonly ContractColumn[] | undefined
  readonly notTracked?: readonly string[] | undefined
}

/** What a draft gives, in the words of its source's server. Nothing of it was run. */
export interface PublicSchemaDescription {
  /** One for each transformation, in their order. */
  readonly statements: readonly StatementDescription[]
  /** Those of the first statement that could be described; nullable where any of them may give NULL. */
  readonly columns: readonly DescribedColumn[]
  /** Output columns that the first SQL pins by its WHERE. */
  readonly suggestedKey: readonly string[] | undefined
  /** What concerns no single statement: they give different columns, or not what the contract promises. */
  readonly problems: readonly Trouble[]
}

export interface StatementDescription {
  readonly table: string
  /** Why the table cannot be listened to. */
  readonly tableProblem: Trouble | undefined
  /** In the order of the text; an error at the latest where there are no columns. */
  readonly diagnostics: readonly SqlDiagnostic[]
  readonly columns: readonly DescribedColumn[] | undefined
  /** `one-by-one`: the SQL prepares only for a single row, so that each changed row is asked for by itself. */
  readonly form: 'set' | 'one-by-one' | undefined
  readonly reads: readonly TableRead[]
}

export interface Trouble {
  readonly message: string
  readonly hint: string | undefined
}

export interface DescribedColumn {
  readonly name: string
  /** As it is written as `x-postgres-type`: `integer`, `text[]`. */
  readonly type: string
  /** False where NULL provably cannot be; true says only that this is not proven. */
  readonly nullable: boolean
  /** The column that it is, where it is one unchanged. */
  readonly from: { readonly schema: string; readonly table: string; readonly column: string } | undefined
  /**
   * Of an expression, the columns that its value is made of, by the SQL's text: `account.first_name`, and
   * `account_emails.*` for rows that are only counted. Absent where the text does not tell.
   */
  readonly madeOf?: readonly string[] | undefined
  /** That column's own. */
  readonly comment: string | undefined
}

export interface TableRead {
  /** As written. */
  readonly table: string
  /** Whether its changes make the public schema look again. */
  readonly followed: 'listened' | 'not tracked' | 'no'
  /** The transformation that would listen to it. */
  readonly cure: Transformation | undefined
}
