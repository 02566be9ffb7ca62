import { createContext, type RefObject, useContext, useMemo } from 'react'
import { useStore } from 'zustand'
import type { SqlEditorHandle } from '../../components/sql-editor.tsx'
import { keyOf } from '../../stores/public-editor-draft.ts'
import type { PublicEditorState } from '../../stores/public-editor-state.ts'
import type { PublicSchemaEditor } from '../../stores/public-schema-editor.ts'
import type { EditedPublic } from '../../stores/schema-drafts-store.ts'
import { type SchemaProblem, schemaProblems } from '../../stores/schema-problems.ts'

/** What all parts of the screen are about. */
export interface Editing {
  readonly draft: EditedPublic
  readonly editor: PublicSchemaEditor
  readonly sql: RefObject<SqlEditorHandle | null>
}

export const EditingContext = createContext<Editing | undefined>(undefined)

export function useEditing(): Editing {
  const editing = useContext(EditingContext)
  if (editing === undefined) throw new Error('Cannot edit: no EditingContext around')
  return editing
}

export const useEditor = <T>(select: (state: PublicEditorState) => T): T => useStore(useEditing().editor.store, select)

const nothing: readonly SchemaProblem[] = []

/** What is wrong with the draft, as far as it is known by now. */
export function useProblems(): readonly SchemaProblem[] {
  const { form } = useEditing().draft
  const described = useEditor((state) => state.described)
  const { transformations, name } = form
  return useMemo(
    () => (described === undefined ? nothing : schemaProblems({ transformations, name }, described)),
    [transformations, name, described],
  )
}

/** Output columns that name a public row: stated, else what the SQL pins. */
export function useKey(): readonly string[] {
  const { form } = useEditing().draft
  return (
    keyOf(
      form,
      useEditor((state) => state.described),
    ) ?? []
  )
}
