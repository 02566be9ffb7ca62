import { Dialog } from 'radix-ui'
import { Button } from '../../components/button.tsx'
import { EnvironmentBadge } from '../../components/environment-badge.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { ReviewBody } from '../../components/review-body.tsx'
import { useApp, useProgram, useRemovals } from '../../stores/program.ts'
import { lastPart, type Removed } from '../../stores/removals.ts'

const verbs: Readonly<Record<Removed['kind'], string>> = {
  connection: 'Remove',
  consumer: 'Remove',
  public: 'Retire',
}

/** What goes with something that somebody wants to be gone, before it is. */
export function Removal() {
  const { removals } = useProgram()
  const removal = useRemovals((state) => state.removal)
  const doing = useApp(({ applying }) => applying)
  const environment = useApp(
    ({ workspace }) => workspace?.connections.find(({ id }) => id === removal?.what.id)?.environment,
  )
  if (removal === undefined) return null
  const { what, state, review, failure } = removal
  const verb = verbs[what.kind]
  const canGo = review !== undefined && review.problems.length === 0 && state === 'shown'
  const isProduction = review?.production !== undefined || environment === 'production'
  return (
    <Dialog.Root open onOpenChange={(open) => !open && removals.leave()}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content className="dialog removal">
          <div className="dialog-head">
            <Dialog.Title className="dialog-title grow">
              {verb} {lastPart(what.id)}?
            </Dialog.Title>
            {isProduction && <EnvironmentBadge environment="production" />}
          </div>
          <Dialog.Description className="dialog-text">
            {state === 'looking'
              ? 'Looking at what that would do …'
              : state === 'doing'
                ? `${doing ?? 'Removing'} …`
                : what.kind === 'connection'
                  ? 'Nothing is changed yet.'
                  : 'Rows that were written stay where they are. Nothing is changed yet.'}
          </Dialog.Description>
          <div className="removal-body">
            {review !== undefined && <ReviewBody review={review} />}
            {failure !== undefined && <FailureNote failure={failure} />}
          </div>
          <div className="dialog-footer">
            <Button disabled={state === 'doing'} onClick={removals.leave}>
              Cancel <kbd>Esc</kbd>
            </Button>
            <Button
              kind="primary"
              disabled={!canGo}
              onClick={() => void removals.remove(review?.production !== undefined)}
            >
              {verb}
              {review?.production === undefined ? '' : ' in production'}
            </Button>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
