import { ArrowLeft } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { DiffView } from '../../components/diff-view.tsx'
import { useProgram } from '../../stores/program.ts'
import type { EditedDraft } from '../../stores/schema-drafts-store.ts'
import { formText } from '../../text/form-text.ts'

/** What the files say now, and the draft. */
export function Comparison({ draft: { id, form, outside } }: { draft: EditedDraft }) {
  const { schemaReviews } = useProgram()
  return (
    <section className="draft-review" aria-label="The files and your draft">
      <header className="draft-review-head">
        <h1 className="grow">The files now, and your draft</h1>
        <Button kind="quiet" icon={ArrowLeft} onClick={() => schemaReviews.compare(id, false)}>
          Back <kbd>Esc</kbd>
        </Button>
      </header>
      <div className="draft-comparison">
        <DiffView
          before={outside?.form === undefined ? '' : formText(outside.form)}
          after={formText(form)}
          language="sql"
          label="The files now, and your draft"
        />
      </div>
    </section>
  )
}
