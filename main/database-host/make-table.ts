import { Refusal } from '../ipc/refusal.ts'
import type { DatabaseCall } from './database-messages.ts'
import type { DefineDoor } from './serve-define.ts'

/**
 * Makes a table at a destination, at a production database only after somebody has said yes to that. Resolves with its
 * name, as SQL has it.
 */
export async function makeTable(
  door: Pick<DefineDoor, 'makeTable'>,
  { connection, sql, confirmed }: Extract<DatabaseCall, { name: 'makeTable' }>,
): Promise<string> {
  if (connection.environment === 'production' && !confirmed) {
    throw new Refusal({
      message: `Cannot make a table at ${connection.slug}: it is a production database, and this was not confirmed`,
      solution: 'Confirm that it may be made there.',
    })
  }
  return door.makeTable({ ...connection, password: connection.password }, sql)
}
