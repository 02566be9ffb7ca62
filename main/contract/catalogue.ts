import { z } from 'zod'

/**
 * Tables of a database, as window and main speak of them. The list has of each table what a row shows; its columns come
 * with a second question, which the database is not asked for.
 */
export const tableRow = z.object({
  /** Of this table within its database, for as long as it is there. */
  oid: z.number(),
  schema: z.string(),
  name: z.string(),
  kind: z.enum(['table', 'partitioned table', 'view', 'materialized view', 'foreign table']),
  columns: z.number(),
  /** Columns of the primary key; empty without one. */
  primaryKey: z.array(z.string()).readonly(),
  replicaIdentity: z.enum(['primary key', 'index', 'full', 'nothing']),
  /** The server's own estimate; absent where it has none. */
  rowsEstimated: z.number().optional(),
  /** The role may read all of its columns. */
  readable: z.boolean(),
})
export type TableRow = z.infer<typeof tableRow>

export const tableDetail = z.object({
  comment: z.string().optional(),
  /** `"schema"."name"` of the table that it is a partition of. */
  partitionOf: z.string().optional(),
  columns: z
    .array(
      z.object({
        name: z.string(),
        type: z.string(),
        nullable: z.boolean(),
        /** Computed or counted by the server: `always`, `by default`, `stored`, `virtual`. */
        generated: z.string().optional(),
        comment: z.string().optional(),
      }),
    )
    .readonly(),
  uniqueKeys: z.array(z.array(z.string()).readonly()).readonly(),
  foreignKeys: z.array(z.object({ columns: z.array(z.string()).readonly(), table: z.string() })).readonly(),
})
export type TableDetail = z.infer<typeof tableDetail>

export const tableList = z.object({
  database: z.string(),
  serverVersion: z.string(),
  tables: z.array(tableRow).readonly(),
  /** There are more than were read. */
  truncated: z.boolean(),
})
export type TableList = z.infer<typeof tableList>

const connection = z.string().min(1).max(1_000)

export const catalogueVerbs = {
  /** Connects to a database of the workspace, by `<manifest>/<slug>`, and lists its tables. Absent: it was cancelled. */
  'catalogue.readTables': { input: z.object({ connection }), output: tableList.optional() },
  'catalogue.cancel': { input: z.object({ connection }), output: z.undefined() },
  /** Of a list that was read, without asking the database again; refused when that is forgotten. */
  'catalogue.table': { input: z.object({ connection, oid: z.number() }), output: tableDetail },
} as const
