import { useRef } from 'react'
import { useSchemaDrafts } from './program.ts'
import { type EditedDraft, isChanged } from './schema-drafts-store.ts'
import { type DraftTab, type SchemaKind, tabOfDraft } from './tab-id.ts'

/** A draft as tree and tabs name it: not what is typed into it. */
export interface DraftEntry {
  readonly tab: DraftTab
  readonly kind: SchemaKind
  /** The saved schema that is changed. */
  readonly schema: string | undefined
  readonly manifest: string
  readonly name: string
  /** It says something that the files do not. */
  readonly changed: boolean
}

export function draftEntry(draft: EditedDraft): DraftEntry {
  const { kind, schema, form } = draft
  const name = form.name === '' ? `New ${kind} schema` : form.name
  return { tab: tabOfDraft(draft), kind, schema, manifest: form.manifest, name, changed: isChanged(draft) }
}

/** Every draft; the same list until one of them is named otherwise, however much is typed. */
export function useDraftEntries(): readonly DraftEntry[] {
  const last = useRef<readonly DraftEntry[]>([])
  return useSchemaDrafts(({ drafts }) => {
    const entries = Object.values(drafts).map(draftEntry)
    if (!isSame(entries, last.current)) last.current = entries
    return last.current
  })
}

function isSame(some: readonly DraftEntry[], others: readonly DraftEntry[]): boolean {
  return some.length === others.length && some.every((one, place) => isSameEntry(one, others[place]))
}

function isSameEntry(one: DraftEntry, other: DraftEntry | undefined): boolean {
  return (
    one.tab === other?.tab &&
    one.schema === other.schema &&
    one.manifest === other.manifest &&
    one.name === other.name &&
    one.changed === other.changed
  )
}
