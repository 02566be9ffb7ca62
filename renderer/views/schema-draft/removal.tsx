import { Dialog } from 'radix-ui'
import { Button } from '../../components/button.tsx'
import { EnvironmentBadge } from '../../components/environment-badge.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { useApp, useProgram, useSchemaReviews } from '../../stores/program.ts'
import { ReviewBody } from './review-body.tsx'
import './schema-draft.css'

/** What goes with a schema that somebody wants to be gone. */
export function Removal() {
  const { schemaReviews } = useProgram()
  const removal = useSchemaReviews((state) => state.removal)
  const doing = useApp(({ applying }) => applying)
  if (removal === undefined) return null
  const { id, state, review, failure } = removal
  const name = id.slice(id.lastIndexOf('/') + 1)
  const isPublic = name.includes('@')
  const canGo = review !== undefined && review.problems.length === 0 && state === 'shown'
  const production = review?.production
  return (
    <Dialog.Root open onOpenChange={(open) => !open && schemaReviews.leaveRemoval()}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content className="dialog draft-removal">
          <div className="dialog-head">
            <Dialog.Title className="dialog-title grow">
              {isPublic ? 'Retire' : 'Remove'} {name}?
            </Dialog.Title>
            {production !== undefined && <EnvironmentBadge environment="production" />}
          </div>
          <Dialog.Description className="dialog-text">
            {state === 'looking'
              ? 'Asking the databases …'
              : state === 'doing'
                ? `${doing ?? 'Removing'} …`
                : 'Rows that were written stay where they are. Nothing is changed yet.'}
          </Dialog.Description>
          <div className="draft-removal-body">
            {review !== undefined && <ReviewBody review={review} />}
            {failure !== undefined && <FailureNote failure={failure} />}
          </div>
          <div className="dialog-footer">
            <Button disabled={state === 'doing'} onClick={schemaReviews.leaveRemoval}>
              Cancel <kbd>Esc</kbd>
            </Button>
            <Button
              kind="primary"
              disabled={!canGo}
              onClick={() => void schemaReviews.remove(production !== undefined)}
            >
              {isPublic ? 'Retire' : 'Remove'}
              {production === undefined ? '' : ' in production'}
            </Button>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
