import type { CatalogueColumn } from './catalogue.ts'
import type { Operation } from './event.ts'
import type { ContractColumn } from './public-schema.ts'
import type { SqlDiagnostic } from './sql-problem.ts'

/** What a consumer schema may rely on. */
export interface Contract {
  readonly name: string
  readonly columns: readonly ContractColumn[]
  readonly key: readonly string[]
}

/** A consumer schema while it is being written. */
export interface ConsumerDraft {
  readonly name: string
  readonly sql: string
  readonly deleteSql: string | undefined
  /** Makes the table that it writes, before it begins; absent where the table is there. */
  readonly createTable?: string | undefined
}

/** SQL for a consumer schema, to begin with. */
export interface GeneratedConsumer {
  readonly sql: string
  readonly deleteSql: string
  /** `undefined` where the table is there. */
  readonly createTable: string | undefined
  /** What a person should know before using it. */
  readonly notes: readonly string[]
}

/** What comes into the destination's table. */
export interface ColumnMapping {
  /** The contract's columns that no statement uses. */
  readonly unused: readonly string[]
  /** The table's own, in their order; empty where it is not known. */
  readonly columns: readonly MappedColumn[]
}

export interface MappedColumn {
  readonly column: CatalogueColumn
  /** By the contract's columns of these names; by none: a constant or something computed. `undefined`: it is not written. */
  readonly filledBy: readonly string[] | undefined
  /** `error`: no row could be written. */
  readonly problem: { readonly severity: 'error' | 'warning'; readonly message: string } | undefined
}

export interface ConsumerDescription {
  readonly sql: readonly SqlDiagnostic[]
  readonly deleteSql: readonly SqlDiagnostic[]
  readonly createTable: readonly SqlDiagnostic[]
  readonly mapping: ColumnMapping
}

export interface SampleEvent {
  readonly operation: Operation
  /** The public row key's values as a JSON array. */
  readonly key: string
  /** The public row as a JSON object. */
  readonly payload: string
}

/** What a consumer's SQL would do with some events. Nothing of it stays. */
export interface DryRun {
  /** Why it could not be run, by statement; nothing else is worth anything then. */
  readonly sql: readonly SqlDiagnostic[]
  readonly deleteSql: readonly SqlDiagnostic[]
  readonly createTable: readonly SqlDiagnostic[]
  /** Of the table that is written. */
  readonly columns: readonly string[]
  /** Those that name a row of it. */
  readonly key: readonly string[]
  /** Rows that the events are about, as they were and as they would be. */
  readonly rows: readonly DryRow[]
  /** Why `rows` says nothing. */
  readonly rowsUnknown: string | undefined
  readonly refused: readonly RefusedEvent[]
  /** Rows that a second run of the same events changes again; `undefined` where `rows` says nothing. */
  readonly changedAgain: readonly DryRow[] | undefined
  /** Sequences that gave numbers: those are used up, whatever is rolled back. */
  readonly sequences: readonly string[]
}

/** Values as the server prints them; `undefined` where there is no such row. */
export interface DryRow {
  readonly before: readonly (string | null)[] | undefined
  readonly after: readonly (string | null)[] | undefined
}

export interface RefusedEvent {
  /** Its place in the events. */
  readonly event: number
  readonly sqlstate: string | undefined
  readonly message: string
  readonly hint: string
  readonly constraint: string | undefined
  /** It was not tried: an earlier event of its key was refused. */
  readonly waitsBehind: boolean
}
