import { z } from 'zod'
import { createJsonFile } from '../json-file.ts'

/** What was begun and is not saved, of every workspace. */
export interface DraftBook<Draft> {
  /** Of one workspace, the latest first. */
  of(workspace: string): readonly Draft[]
  /** Resolves when it is on disk. Takes the place of the draft with that id. */
  keep(workspace: string, draft: Draft): Promise<void>
  drop(id: string): Promise<void>
}

/** The oldest go: a draft that fifty newer ones followed is not coming back to anybody. */
const limit = 50

const place = z.object({ workspace: z.string() })

/** One file for drafts of one kind. A draft that this version cannot read is left out, and the others stay. */
export function openDraftBook<Draft extends { readonly id: string }>(
  path: string,
  schema: z.ZodType<Draft>,
): DraftBook<Draft> {
  const file = createJsonFile(path, z.array(z.unknown()), [])
  let entries = file.read().flatMap((item) => {
    const [at, draft] = [place.safeParse(item), schema.safeParse(item)]
    return at.success && draft.success ? [{ ...at.data, draft: draft.data }] : []
  })
  const write = (next: typeof entries) => {
    entries = next
    return file.write(entries.map(({ workspace, draft }) => ({ ...draft, workspace })))
  }
  const without = (id: string) => entries.filter(({ draft }) => draft.id !== id)
  return {
    of: (workspace) => entries.flatMap((entry) => (entry.workspace === workspace ? [entry.draft] : [])),
    keep: (workspace, draft) => write([{ workspace, draft }, ...without(draft.id)].slice(0, limit)),
    async drop(id) {
      const left = without(id)
      if (left.length < entries.length) await write(left)
    },
  }
}
