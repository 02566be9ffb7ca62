import { readConnectionText } from '../../sync-core/manifest/connection-text/read-connection-text.ts'
import type { Handlers } from '../ipc/answer.ts'
import type { Connections } from '../workspace/connections.ts'

export interface ConnectionEditDeps {
  readonly connections: Connections
  /** Asks the person for a file; `undefined` when cancelled. */
  chooseFile(): Promise<string | undefined>
}

export function connectionEditHandlers({
  connections,
  chooseFile,
}: ConnectionEditDeps): Pick<
  Handlers,
  | 'connection.readText'
  | 'connection.saveDraft'
  | 'connection.discardDraft'
  | 'connection.review'
  | 'connection.save'
  | 'connection.reviewRemoval'
  | 'connection.remove'
  | 'connection.undo'
  | 'connection.confirmPassword'
  | 'connection.chooseFile'
> {
  return {
    'connection.readText': ({ text }) => {
      const { form, fields, notes } = readConnectionText(text)
      return { ...(form === undefined ? {} : { form }), fields, notes: [...notes] }
    },
    'connection.saveDraft': (input) => connections.saveDraft(input),
    'connection.discardDraft': ({ id }) => connections.discardDraft(id),
    'connection.review': (input) => connections.review(input),
    'connection.save': (input) => connections.save(input),
    'connection.reviewRemoval': ({ id }) => connections.reviewRemoval(id),
    'connection.remove': (input) => connections.remove(input),
    'connection.undo': () => connections.undo(),
    'connection.confirmPassword': ({ id }) => connections.confirmPassword(id),
    'connection.chooseFile': async () => {
      const path = await chooseFile()
      return path === undefined ? {} : { path }
    },
  }
}
