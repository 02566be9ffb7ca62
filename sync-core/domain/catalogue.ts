/** What a database has, as its server says; for lists, for completion and for editors beside it. */
export interface Catalogue {
  readonly database: string
  readonly serverVersion: string
  /** Another one once a table, view, column, key or function of the database was made, altered, renamed or dropped. */
  readonly mark: string
  /** The role's own, in its order: tables of these need no schema before their name. */
  readonly searchPath: readonly string[]
  /** By schema and name. Those of the server itself are left out. */
  readonly tables: readonly CatalogueTable[]
  /** There are more tables than were asked for. */
  readonly truncated: boolean
  /** Of the user's schemas and extensions; what the server brings is left out. */
  readonly functions: readonly CatalogueFunction[]
  /** Words that cannot stand for a table or column without quotes on this server. */
  readonly reservedWords: readonly string[]
}

export interface CatalogueTable {
  readonly oid: number
  readonly schema: string
  readonly name: string
  readonly kind: 'table' | 'partitioned table' | 'view' | 'materialized view' | 'foreign table'
  /** `"schema"."name"` of the table that it is a partition of. */
  readonly partitionOf: string | undefined
  readonly comment: string | undefined
  /** The server's own estimate; `undefined` where it has none yet. */
  readonly rowsEstimated: number | undefined
  readonly columns: readonly CatalogueColumn[]
  /** Of the primary key, in its order; empty without one. */
  readonly primaryKey: readonly string[]
  /** Columns of each further unique index over plain columns, without condition. */
  readonly uniqueKeys: readonly (readonly string[])[]
  readonly foreignKeys: readonly ForeignKey[]
  readonly replicaIdentity: 'primary key' | 'index' | 'full' | 'nothing'
  /** The role may read all of its columns. */
  readonly readable: boolean
}

export interface CatalogueColumn {
  readonly name: string
  /** With its modifiers: `character varying(20)`, `numeric(10,2)`, `text[]`. */
  readonly type: string
  readonly nullable: boolean
  /** As SQL; `undefined` without one. */
  readonly default: string | undefined
  /** `always` and `by default` are identities, `stored` and `virtual` computed from other columns. */
  readonly generated: 'always' | 'by default' | 'stored' | 'virtual' | undefined
  readonly comment: string | undefined
}

export interface ForeignKey {
  readonly columns: readonly string[]
  readonly schema: string
  readonly table: string
  readonly references: readonly string[]
}

export interface CatalogueFunction {
  readonly schema: string
  readonly name: string
  /** As declared, without defaults: `integer, text`. */
  readonly arguments: string
  readonly returns: string
  readonly volatility: 'immutable' | 'stable' | 'volatile'
}
