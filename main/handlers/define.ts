import type { Connection } from '../../sync-core/domain/connection.ts'
import type { CheckRequest } from '../../sync-core/domain/connection-check.ts'
import type { Manifest } from '../../sync-core/domain/manifest.ts'
import type { defineVerbs } from '../contract/define.ts'
import type { DatabaseSupervisor } from '../database-host/supervise-database-host.ts'
import type { Handlers } from '../ipc/answer.ts'
import { Refusal } from '../ipc/refusal.ts'
import { comparedWith } from '../workspace/compared-with.ts'

export interface DefineHandlerDeps {
  readonly databases: DatabaseSupervisor
  /** A connection of the open workspace with its password, by `<manifest>/<slug>`. */
  savedConnection(id: string): Promise<Connection | undefined>
  /** What its manifests want of it. */
  savedRequest(id: string): Promise<CheckRequest | undefined>
  /** Of the open workspace, as its files say now. */
  manifests(): Promise<readonly Manifest[]>
}

/** Each question goes on to the process for databases, with the connection that its id stands for. */
export function defineHandlers({
  databases,
  savedConnection,
  savedRequest,
  manifests,
}: DefineHandlerDeps): Pick<Handlers, keyof typeof defineVerbs> {
  const connected = async <Q extends { readonly connection: string }>(question: Q) => {
    const connection = await savedConnection(question.connection)
    if (connection === undefined) throw noConnection()
    return { ...question, connection }
  }
  /** Only where both are one database can a consumer feed itself. */
  const withPublished = async <Q extends { readonly connection: string; readonly source?: string | undefined }>(
    question: Q,
  ) => {
    const { source, ...rest } = await connected(question)
    const read = source === undefined ? undefined : await savedConnection(source)
    const isSame = read !== undefined && isSameDatabase(read, rest.connection)
    const published = isSame && source !== undefined ? (await savedRequest(source))?.reads : undefined
    return { ...rest, published: published && [...published] }
  }
  return {
    'catalogue.search': async (question) =>
      databases.call({ ...(await connected(question)), name: 'catalogue.search' }),
    'catalogue.refresh': async (question) =>
      databases.call({ ...(await connected(question)), name: 'catalogue.refresh' }),
    'sql.complete': async (question) => databases.call({ ...(await connected(question)), name: 'sql.complete' }),
    'publicSchema.describe': async (question) =>
      databases.call({ ...(await connected(question)), name: 'publicSchema.describe' }),
    'publicSchema.preview': async (question) =>
      databases.call({ ...(await connected(question)), name: 'publicSchema.preview' }),
    'publicSchema.plan': async (question) =>
      databases.call({ ...(await connected(question)), name: 'publicSchema.plan' }),
    'publicSchema.compare': async ({ schema, draft }) => {
      const known = comparedWith(await manifests(), schema)
      if (known === undefined) throw noSchema(schema)
      return databases.call({ ...known, draft, name: 'publicSchema.compare' })
    },
    'publicSchema.check': (question) => databases.call({ ...question, name: 'publicSchema.check' }),
    'publicSchema.rename': (question) => databases.call({ ...question, name: 'publicSchema.rename' }),
    'consumer.generate': async (question) =>
      databases.call({ ...(await connected(question)), name: 'consumer.generate' }),
    'consumer.describe': async (question) =>
      databases.call({ ...(await withPublished(question)), name: 'consumer.describe' }),
    'consumer.dryRun': async (question) =>
      databases.call({ ...(await withPublished(question)), name: 'consumer.dryRun' }),
    'question.cancel': ({ question }) => databases.call({ name: 'cancelQuestion', question }),
  }
}

function isSameDatabase(a: Connection, b: Connection): boolean {
  return a.host === b.host && a.port === b.port && a.database === b.database
}

function noConnection(): Refusal {
  return new Refusal({
    message: 'Cannot ask that database: the workspace has no such connection any more',
    solution: 'Choose another connection.',
  })
}

function noSchema(id: string): Refusal {
  return new Refusal({
    message: `Cannot compare it with ${id}: that is no longer written in the manifests`,
    solution: 'Look at the catalogue for what is there now.',
  })
}
