import type * as define from '../../sync-core/define.ts'
import type { DefineAnswer } from '../contract/define-answers.ts'
import type { DefineName } from '../contract/define-questions.ts'
import { Refusal } from '../ipc/refusal.ts'
import type { DatabaseCall } from './database-messages.ts'
import { holdCatalogues } from './hold-catalogues.ts'
import { holdQuestions } from './hold-questions.ts'

/** The engine's answers to somebody who is still writing. */
export type DefineDoor = typeof define

type DefineCall = Extract<DatabaseCall, { name: DefineName }>

export interface ServeDefine {
  /** Rejects with a FailureError where the database cannot be asked, or a Refusal. */
  serve(call: DefineCall): Promise<DefineAnswer<DefineName>>
  /** Ends what runs under this id, if anything does. */
  cancel(question: string): void
}

export function serveDefine(door: DefineDoor): ServeDefine {
  const catalogues = holdCatalogues(door)
  const questions = holdQuestions()
  return {
    async serve(call) {
      if (call.name === 'publicSchema.check') return door.checkPublicSchemaText(call.draft)
      if (call.name === 'publicSchema.compare') return door.compareDraft(call)
      if (call.name === 'publicSchema.rename') return { sql: door.renameOutput(call.sql, call.from, call.to) }
      const connection = { ...call.connection, password: call.connection.password }
      switch (call.name) {
        case 'catalogue.search':
          return catalogues.search(connection, call)
        case 'catalogue.refresh':
          return catalogues.refresh(connection)
        case 'sql.complete':
          return door.completeSql({ ...call, catalogue: await catalogues.read(connection) })
        case 'publicSchema.describe':
          return questions.run(call.question, (signal) => door.describePublicSchema(connection, call.draft, { signal }))
        case 'publicSchema.preview':
          return questions.run(call.question, (signal) => door.previewTransformation(connection, call, { signal }))
        case 'publicSchema.plan':
          return questions.run(call.question, (signal) =>
            door.planTransformation(connection, call.transformation, { signal }),
          )
        case 'consumer.generate':
          return door.generateConsumer({ ...call, existing: await catalogues.table(connection, call.table) })
        case 'consumer.describe':
          return questions.run(call.question, (signal) => door.describeConsumer(connection, call, { signal }))
        case 'consumer.dryRun':
          if (connection.environment === 'production' && !call.confirmed) throw unconfirmed(connection.slug)
          return questions.run(call.question, (signal) => door.dryRunConsumer(connection, call, { signal }))
      }
    },
    cancel: (question) => questions.cancel(question),
  }
}

function unconfirmed(slug: string): Refusal {
  return new Refusal({
    message: `Cannot try SQL at ${slug}: it is a production database, and this was not confirmed`,
    solution: 'Confirm that it may be tried there; everything is taken back.',
  })
}
