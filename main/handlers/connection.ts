import type { Connection } from '../../sync-core/domain/connection.ts'
import type { CheckRequest } from '../../sync-core/domain/connection-check.ts'
import type { ConnectionDraft } from '../contract/connection-check.ts'
import type { DatabaseSupervisor } from '../database-host/supervise-database-host.ts'
import type { Handlers } from '../ipc/answer.ts'
import { storedPassword } from '../workspace/stored-password.ts'

export interface ConnectionHandlerDeps {
  readonly databases: DatabaseSupervisor
  /** A connection of the open workspace with its password, by `<manifest>/<slug>`. */
  savedConnection(id: string): Promise<Connection | undefined>
  /** What its manifests want of it. */
  savedRequest(id: string): Promise<CheckRequest | undefined>
}

export function connectionHandlers({
  databases,
  savedConnection,
  savedRequest,
}: ConnectionHandlerDeps): Pick<
  Handlers,
  'connection.check' | 'connection.cancelCheck' | 'connection.recheck' | 'connection.applyFix'
> {
  const resolve = async (draft: ConnectionDraft): Promise<Connection> => {
    const { password: given, ...rest } = draft
    if (given.from !== 'stored') {
      return { ...rest, manifest: '', password: given.from === 'typed' ? given.password : undefined }
    }
    const saved = await savedConnection(given.connection)
    const password = storedPassword(saved, draft)
    // A form that says something else than the file does not make it less of a production database.
    const environment = saved?.environment === 'production' ? 'production' : draft.environment
    return { ...rest, environment, manifest: saved?.manifest ?? '', password }
  }
  return {
    'connection.check': async ({ connection, saved, ...question }) => {
      const wanted = saved === undefined ? undefined : await savedRequest(saved)
      return databases.call({
        ...question,
        name: 'check',
        connection: await resolve(connection),
        reads: question.reads ?? copied(wanted?.reads),
        looksInto: question.looksInto ?? copied(wanted?.looksInto),
        writes: question.writes ?? copied(wanted?.writes),
        publicationName: question.publicationName ?? wanted?.publicationName,
        slotName: question.slotName ?? wanted?.slotName,
      })
    },
    'connection.cancelCheck': ({ checkId }) => databases.call({ name: 'cancelCheck', checkId }),
    'connection.recheck': (question) => databases.call({ ...question, name: 'recheck' }),
    'connection.applyFix': (question) => databases.call({ ...question, name: 'applyFix' }),
  }
}

function copied(names: readonly string[] | undefined): string[] | undefined {
  return names === undefined ? undefined : [...names]
}
