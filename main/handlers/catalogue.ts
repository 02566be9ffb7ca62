import type { Connection } from '../../sync-core/domain/connection.ts'
import type { DatabaseSupervisor } from '../database-host/supervise-database-host.ts'
import type { Handlers } from '../ipc/answer.ts'
import { Refusal } from '../ipc/refusal.ts'

export interface CatalogueHandlerDeps {
  readonly databases: DatabaseSupervisor
  /** A connection of the open workspace with its password, by `<manifest>/<slug>`. */
  savedConnection(id: string): Promise<Connection | undefined>
}

export function catalogueHandlers({
  databases,
  savedConnection,
}: CatalogueHandlerDeps): Pick<Handlers, 'catalogue.readTables' | 'catalogue.cancel' | 'catalogue.table'> {
  return {
    'catalogue.readTables': async ({ connection: id }) => {
      const connection = await savedConnection(id)
      if (connection !== undefined) return databases.call({ name: 'readTables', connection })
      throw new Refusal({
        message: 'Cannot read the tables: the workspace has no such connection any more',
        solution: 'Look at its manifest.',
      })
    },
    'catalogue.cancel': ({ connection }) => databases.call({ name: 'cancelTables', of: connection }),
    'catalogue.table': ({ connection, oid }) => databases.call({ name: 'describeTable', of: connection, oid }),
  }
}
