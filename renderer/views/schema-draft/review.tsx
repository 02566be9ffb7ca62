import { ArrowLeft, Check, Undo2 } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { ConfirmProduction } from '../../components/confirm-production.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { ReviewBody } from '../../components/review-body.tsx'
import { useApp, useProgram } from '../../stores/program.ts'
import type { EditedDraft } from '../../stores/schema-drafts-store.ts'
import type { ReviewState } from '../../stores/schema-reviews.ts'
import { formatPlural } from '../../text/format-number.ts'

/** What applying a draft would do, and the yes to it. Nothing is written before this was shown. */
export function Review({ draft, state: { state, review, failure } }: { draft: EditedDraft; state: ReviewState }) {
  const { schemaReviews } = useProgram()
  const doing = useApp(({ applying }) => applying)
  const [asking, setAsking] = useState(false)
  const { id, form } = draft
  const apply = useRef<HTMLButtonElement>(null)
  const back = useRef<HTMLButtonElement>(null)
  const canApply = review !== undefined && review.problems.length === 0
  useEffect(() => (canApply ? apply : back).current?.focus(), [canApply])
  const yes = () => (review?.production === undefined ? void schemaReviews.apply(id, false) : setAsking(true))
  const version = review?.version
  return (
    <section className="draft-review" aria-label="What Apply will do">
      <header className="draft-review-head">
        <h1>What Apply will do</h1>
        {version !== undefined && (
          <>
            <span className="word-chip mono">
              v{version.major}.{version.minor}
            </span>
            <span className="text-2 ellipsis">{version.because}</span>
          </>
        )}
      </header>
      <div className="draft-review-scroll">
        {state === 'looking' && (
          <p className="text-2" role="status">
            Asking the databases …
          </p>
        )}
        {review !== undefined && <ReviewBody review={review} />}
      </div>
      <footer className="draft-review-foot">
        {failure !== undefined && (
          <FailureNote failure={failure}>
            {state === 'failed' ? (
              <Button small icon={Undo2} onClick={() => void schemaReviews.undo(id)}>
                Take it back
              </Button>
            ) : (
              <Button small onClick={() => void schemaReviews.look(id)}>
                Look again
              </Button>
            )}
          </FailureNote>
        )}
        {state === 'starting' || state === 'failed' ? (
          <div className="draft-review-actions">
            <span className="grow text-2" role="status">
              {state === 'starting'
                ? 'It is in the files. Waiting until it is live …'
                : 'It is in the files, and not live.'}
            </span>
            <Button onClick={() => schemaReviews.leave(id)}>
              Close <kbd>Esc</kbd>
            </Button>
          </div>
        ) : (
          <div className="draft-review-actions">
            <span className="grow text-2" role="status">
              {state === 'doing' ? `${doing ?? 'Applying'} …` : 'Nothing is written yet.'}
            </span>
            <Button
              ref={back}
              kind="quiet"
              icon={ArrowLeft}
              disabled={state === 'doing'}
              onClick={() => schemaReviews.up(id)}
            >
              Back <kbd>Esc</kbd>
            </Button>
            <Button ref={apply} kind="primary" icon={Check} disabled={!canApply || state !== 'shown'} onClick={yes}>
              {version === undefined ? 'Apply' : `Apply v${version.major}.${version.minor}`}
            </Button>
          </div>
        )}
      </footer>
      {review?.production !== undefined && (
        <ConfirmProduction
          open={asking}
          onOpenChange={setAsking}
          title={`Apply ${form.name} at ${review.production}?`}
          text={`From then on it is written to. ${formatPlural(review.files.length, 'file')} ${review.files.length === 1 ? 'changes' : 'change'}, and a running sync follows at once.`}
          action="Apply to production"
          onYes={() => void schemaReviews.apply(id, true)}
        />
      )}
    </section>
  )
}
