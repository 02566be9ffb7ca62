import type { collectVerbs } from '../contract/collect.ts'
import type { Handlers } from '../ipc/answer.ts'
import type { CollectEdits } from '../workspace/collect-edits.ts'

export function collectHandlers(edits: CollectEdits): Pick<Handlers, keyof typeof collectVerbs> {
  return {
    'definitions.look': ({ run }) => edits.look(run),
    'definitions.cancel': async () => edits.cancel(),
    'definitions.apply': ({ reviewed }) => edits.apply(reviewed),
    'definitions.undo': () => edits.undo(),
  }
}
