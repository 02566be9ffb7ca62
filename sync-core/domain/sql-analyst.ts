/** A placeholder in the user's SQL: `:name`, or `$n`, the n-th column of the table. */
export interface Placeholder {
  readonly name: string | undefined
  /** 1-based. */
  readonly index: number | undefined
  /** 0-based, in the SQL; `end` is exclusive. */
  readonly start: number
  readonly end: number
}

/** One statement of a user, without trailing semicolon, with the places where values go. */
export interface SqlTemplate {
  readonly sql: string
  readonly placeholders: readonly Placeholder[]
}

/** A template with its placeholders replaced. */
export interface RenderedSql {
  readonly sql: string
  /** From a 1-based position in the rendered SQL (what a server reports) to one in the user's own text. */
  originalPosition(position: number): number
}

/** `insert into t (…) values (…) on conflict …` in its parts, to be joined as `before` select `row` from … `after`. */
export interface InsertAsSelect {
  /** The table's name, after its schema's where that is said. */
  readonly table: readonly string[]
  readonly before: string
  /** The expressions between the brackets of VALUES; all placeholders of the statement are in it. */
  readonly row: SqlTemplate
  readonly after: string
}

/** Which row of its table a statement writes, as its text says. */
export interface WrittenRows {
  readonly table: { readonly schema: string | undefined; readonly name: string }
  /** By column of the table: what it must be for the row to be that one. `other`: computed from something. */
  readonly key: ReadonlyMap<string, Placeholder | 'constant' | 'other'>
  /** Those that an INSERT writes; of a DELETE none. */
  readonly columns: readonly string[]
  /** The row's former values have no part in what it becomes; of a DELETE: nothing but the key decides. */
  readonly replaces: boolean
}

/** SQL that reads a row image in place of its table, or why that would not be the same. */
export type OverImages =
  | {
      readonly sql: string
      /** Columns that it may read, by name; `all`: the row as a whole. Names of other things may be among them. */
      readonly columns: readonly string[] | 'all'
      /** Output columns that are a column of the table as it is, by that column; `star`: and all that a star brings. */
      readonly plain: ReadonlyMap<string, string>
      readonly star: boolean
      /** Names of the functions and operators that it calls. */
      readonly functions: readonly string[]
      readonly operators: readonly string[]
    }
  | {
      /** The end of a sentence that names the SQL. */
      readonly reason: string
    }

/** What a database's folder must know of a user's SQL by its grammar alone. */
export interface SqlAnalyst {
  /** Throws a FailureError of kind `sql`, with the position, when it is not one readable statement. */
  template(sql: string, object: string): SqlTemplate
  render(template: SqlTemplate, replace: (placeholder: Placeholder) => string): RenderedSql
  /** Whether a statement gives rows back: SELECT, VALUES, or anything with RETURNING. */
  returnsRows(template: SqlTemplate): boolean
  /** The parts of a statement that provably means the same for many rows at once; see the implementation for its two provisos. */
  insertAsSelect(template: SqlTemplate): InsertAsSelect | undefined
  /** The table that a statement writes; `undefined` for a SELECT. */
  writtenTable(template: SqlTemplate): WrittenRows['table'] | undefined
  /** `undefined` where the text does not say. `tableColumns`: those of an INSERT that names none. */
  writtenRows(template: SqlTemplate, tableColumns: readonly string[]): WrittenRows | undefined
  /**
   * `sql` over row images of `table`, where it gives for a row alone what it gives for it among all others. `image` is
   * a subselect in brackets, for the columns that the answer names.
   */
  overImages(sql: string, table: string, image: string): OverImages
  /** Output columns that name a public row, taken from `where a.id = :id`; `undefined` when that is not what it says. */
  inferKey(sql: string, table: string): readonly string[] | undefined
  /**
   * For each key column the place in `identity` of the source column it provably equals, when source key and public
   * row key are the same values; else `undefined`. Only for types whose equal values print the same: that is the
   * caller's to check. `$n` proves nothing without the table's `columns` in their order.
   */
  keyIsSourceKey(
    sql: string,
    table: string,
    identity: readonly string[],
    key: readonly string[],
    columns?: readonly string[],
  ): readonly number[] | undefined
}
