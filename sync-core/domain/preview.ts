import type { Transformation } from './public-schema.ts'
import type { SqlDiagnostic } from './sql-problem.ts'

/** Values by column, as the server prints them. */
export type RowImage = Readonly<Record<string, string | null>>

/** Which rows of the table a preview runs for. */
export type RowChoice =
  /** Values of the columns that name a row. */
  | { readonly by: 'key'; readonly keys: readonly RowImage[] }
  | { readonly by: 'first' | 'random'; readonly count: number }
  /** As if a row had these values: instead of the one that `key` names, or as one more. */
  | { readonly by: 'image'; readonly image: RowImage; readonly key?: RowImage | undefined }

export interface PreviewRequest {
  readonly transformation: Transformation
  readonly rows: RowChoice
}

export interface Preview {
  /** Why it was not run, or what it stumbled over; nothing else is worth anything then. */
  readonly diagnostics: readonly SqlDiagnostic[]
  /** Columns that name a row of the table. */
  readonly identity: readonly string[]
  /** The rows it was run for, by their identity's values. */
  readonly sources: readonly RowImage[]
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly PreviewRow[]
  /** There were more rows. */
  readonly truncated: boolean
  /** At the server and on the way. */
  readonly elapsedMs: number
}

export interface PreviewRow {
  /** Its place in `sources`. */
  readonly source: number
  /** As the server prints them, no longer than 10,000 characters each. */
  readonly values: readonly (string | null)[]
}
