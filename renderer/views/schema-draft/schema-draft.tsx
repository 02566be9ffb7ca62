import type { ReactNode } from 'react'
import { useSchemaDraft, useSchemaReviews } from '../../stores/program.ts'
import { Comparison } from './comparison.tsx'
import { OutsideBar } from './outside-bar.tsx'
import { Review } from './review.tsx'
import './schema-draft.css'

/** Around the editor of a draft: what happened to its files outside, and in the editor's place what Apply would do. */
export function SchemaDraft({ id, children }: { id: string; children: ReactNode }) {
  const draft = useSchemaDraft(id)
  const review = useSchemaReviews(({ reviews }) => reviews[id])
  const compared = useSchemaReviews((state) => state.compared.has(id))
  if (draft === undefined) return null
  return (
    <div className="schema-draft">
      {draft.outside !== undefined && <OutsideBar draft={draft} />}
      {review !== undefined ? (
        <Review draft={draft} state={review} />
      ) : compared && draft.outside !== undefined ? (
        <Comparison draft={draft} />
      ) : (
        children
      )}
    </div>
  )
}
