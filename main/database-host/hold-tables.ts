import type { Catalogue, CatalogueTable } from '../../sync-core/domain/catalogue.ts'
import type { Connection } from '../../sync-core/domain/connection.ts'
import type { TableDetail, TableList } from '../contract/catalogue.ts'
import { Refusal } from '../ipc/refusal.ts'

export interface HoldTablesDeps {
  /** Throws the signal's reason when it was aborted. */
  readCatalogue(connection: Connection, request: { readonly signal: AbortSignal }): Promise<Catalogue>
}

/**
 * Whole lists of tables, the last of each connection: the window gets rows, and the columns of a table only when
 * somebody looks at it. 5,000 tables have some 100,000 columns, which would hold up every process on their way. Unlike
 * `hold-catalogues`, it asks the database each time, because a person has said so, and can be cancelled.
 */
export interface HeldTables {
  /** `undefined`: it was cancelled, or another reading of the same database has overtaken it. Rejects with a FailureError. */
  read(connection: Connection): Promise<TableList | undefined>
  /** `<manifest>/<slug>` */
  cancel(connection: string): void
  /** Throws a Refusal when the list is not known any more. */
  table(connection: string, oid: number): TableDetail
}

const limit = 8

export function holdTables(deps: HoldTablesDeps): HeldTables {
  const held = new Map<string, ReadonlyMap<number, CatalogueTable>>()
  const running = new Map<string, AbortController>()

  return {
    async read(connection) {
      const id = `${connection.manifest}/${connection.slug}`
      running.get(id)?.abort()
      const reading = new AbortController()
      running.set(id, reading)
      try {
        const catalogue = await deps.readCatalogue(connection, { signal: reading.signal })
        if (reading.signal.aborted) return undefined
        held.delete(id)
        held.set(id, new Map(catalogue.tables.map((table) => [table.oid, table])))
        for (const oldest of held.keys()) if (held.size > limit) held.delete(oldest)
        return listOf(catalogue)
      } catch (error) {
        if (reading.signal.aborted) return undefined
        throw error
      } finally {
        if (running.get(id) === reading) running.delete(id)
      }
    },
    cancel: (connection) => running.get(connection)?.abort(),
    table(connection, oid) {
      const table = held.get(connection)?.get(oid)
      if (table !== undefined) return detailOf(table)
      throw new Refusal({
        message: 'Cannot show the table: the list that it is from is no longer known',
        solution: 'Read the tables again.',
      })
    },
  }
}

function listOf({ database, serverVersion, tables, truncated }: Catalogue): TableList {
  return {
    database,
    serverVersion,
    truncated,
    tables: tables.map(
      ({ oid, schema, name, kind, columns, primaryKey, replicaIdentity, rowsEstimated, readable }) => ({
        oid,
        schema,
        name,
        kind,
        columns: columns.length,
        primaryKey,
        replicaIdentity,
        ...(rowsEstimated === undefined ? {} : { rowsEstimated }),
        readable,
      }),
    ),
  }
}

function detailOf({ comment, partitionOf, columns, uniqueKeys, foreignKeys }: CatalogueTable): TableDetail {
  return {
    ...(comment === undefined ? {} : { comment }),
    ...(partitionOf === undefined ? {} : { partitionOf }),
    columns: columns.map(({ name, type, nullable, generated, comment: words }) => ({
      name,
      type,
      nullable,
      ...(generated === undefined ? {} : { generated }),
      ...(words === undefined ? {} : { comment: words }),
    })),
    uniqueKeys,
    foreignKeys: foreignKeys.map(({ columns: own, schema, table }) => ({ columns: own, table: `${schema}.${table}` })),
  }
}
