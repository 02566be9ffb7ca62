import { ArrowLeft } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { DiffView } from '../../components/diff-view.tsx'
import { useProgram } from '../../stores/program.ts'
import { type EditedDraft, isChanged } from '../../stores/schema-drafts-store.ts'
import { formText } from '../../text/form-text.ts'

/** What the files say now, and the draft; where nobody wrote into that, what the files said before, and now. */
export function Comparison({ draft }: { draft: EditedDraft }) {
  const { schemaReviews } = useProgram()
  const { id, form, outside } = draft
  const now = outside?.form === undefined ? '' : formText(outside.form)
  const mine = formText(form)
  const isMine = isChanged(draft)
  const title = isMine ? 'The files now, and your draft' : 'What it was, and what its files say now'
  return (
    <section className="draft-review" aria-label={title}>
      <header className="draft-review-head">
        <h1 className="grow">{title}</h1>
        <Button kind="quiet" icon={ArrowLeft} onClick={() => schemaReviews.compare(id, false)}>
          Back <kbd>Esc</kbd>
        </Button>
      </header>
      <div className="draft-comparison">
        <DiffView before={isMine ? now : mine} after={isMine ? mine : now} language="sql" label={title} />
      </div>
    </section>
  )
}
