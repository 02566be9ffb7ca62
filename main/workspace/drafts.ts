import { z } from 'zod'
import { type DraftView, draftView } from '../contract/connection-edit.ts'
import { createJsonFile } from '../json-file.ts'

/** Connections that were begun and are not saved, of every workspace. Their passwords lie in the vault. */
export interface DraftBook {
  /** Of one workspace, the latest first. */
  of(workspace: string): readonly DraftView[]
  /** Resolves when it is on disk. Takes the place of the draft with that id. */
  keep(workspace: string, draft: DraftView): Promise<void>
  drop(id: string): Promise<void>
}

const entry = draftView.extend({ workspace: z.string() })

/** The oldest go: a draft that fifty newer ones followed is not coming back to anybody. */
const limit = 50

export function openDraftBook(path: string): DraftBook {
  const file = createJsonFile(path, z.array(entry), [])
  const without = (id: string) => file.read().filter((draft) => draft.id !== id)
  return {
    of: (workspace) =>
      file
        .read()
        .filter((draft) => draft.workspace === workspace)
        .map(({ workspace: _, ...draft }) => draft),
    keep: (workspace, draft) => file.write([{ ...draft, workspace }, ...without(draft.id)].slice(0, limit)),
    async drop(id) {
      const left = without(id)
      if (left.length < file.read().length) await file.write(left)
    },
  }
}
