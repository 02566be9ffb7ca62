import { Dialog } from 'radix-ui'
import type { CollectReview as Review } from '../../../main/contract/collect.ts'
import { Button } from '../../components/button.tsx'
import { Effects } from '../../components/effects.tsx'
import { ErrorBlock } from '../../components/error-block.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { ReviewFiles } from '../../components/review-files.tsx'
import { useCollect, useProgram } from '../../stores/program.ts'
import { formatPlural } from '../../text/format-number.ts'

/** What definition files would make of the manifests, and the question before those that are programs are run. */
export function CollectReview() {
  const { collecting } = useProgram()
  const { state, review, failure } = useCollect((all) => all)
  if (state === undefined) return null
  const canApply = state === 'shown' && review !== undefined && review.files.length > 0 && review.problems.length === 0
  return (
    <Dialog.Root open onOpenChange={(open) => !open && state !== 'doing' && collecting.close()}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content className="dialog collect-review">
          <Dialog.Title className="dialog-title">Collect definition files</Dialog.Title>
          <Dialog.Description className="dialog-text" role="status">
            {sentenceOf(state, review)}
          </Dialog.Description>
          <div className="collect-body">
            {failure !== undefined && <FailureNote failure={failure} />}
            {review !== undefined && <Programs review={review} running={state === 'running'} />}
            {review?.problems.map(({ message, place }) => (
              <ErrorBlock key={`${message} ${place}`} message={message} solution={place} />
            ))}
            {review !== undefined && review.effects.length > 0 && <Effects effects={review.effects} />}
            {review !== undefined && <ReviewFiles files={review.files} />}
          </div>
          <div className="dialog-footer">
            {state === 'shown' && !canApply && <Button onClick={() => void collecting.look()}>Look again</Button>}
            <Button disabled={state === 'doing'} onClick={collecting.close}>
              {canApply ? 'Cancel' : 'Close'} <kbd>Esc</kbd>
            </Button>
            <Button kind="primary" disabled={!canApply} onClick={() => void collecting.apply()}>
              Apply
            </Button>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** Files that are not run before somebody has said yes to their names. */
function Programs({ review: { programs }, running }: { review: Review; running: boolean }) {
  const { collecting } = useProgram()
  const waiting = programs.filter(({ ran }) => !ran)
  if (waiting.length === 0) return null
  const one = waiting.length === 1
  return (
    <section className="collect-programs" aria-label="Programs">
      <h2>{one ? 'This file is a program' : `These ${waiting.length} files are programs`}</h2>
      <ul className="collect-files">
        {waiting.map(({ path, shown }) => (
          <li key={path} className="mono ellipsis selectable" title={path}>
            {shown}
          </li>
        ))}
      </ul>
      <p className="text-2">
        {one ? 'Its code, and what it imports,' : 'Their code, and what they import,'} will run on this computer, with
        your rights: it can read and write your files and use the network. It is given none of ReJot’s environment
        variables, though any program of yours could find those that ReJot was started with; and 30 seconds. Run it only
        if you trust whoever wrote it. You are asked each time.
      </p>
      <div>
        {running ? (
          <Button onClick={() => void collecting.cancel()}>Cancel the run</Button>
        ) : (
          <Button onClick={() => void collecting.runPrograms()}>Run {formatPlural(waiting.length, 'program')}</Button>
        )}
      </div>
    </section>
  )
}

function sentenceOf(state: 'looking' | 'running' | 'shown' | 'doing', review: Review | undefined): string {
  if (state === 'looking') return 'Reading the files …'
  if (state === 'running') return 'Running …'
  if (state === 'doing') return 'Writing …'
  if (review === undefined) return 'Nothing was read.'
  if (review.problems.length > 0) return 'Nothing is written before this is put right.'
  if (review.files.length > 0)
    return 'Nothing is written yet. What runs takes it when the sync is started the next time.'
  return review.programs.some(({ ran }) => !ran)
    ? 'The SQL files say what the manifests say.'
    : 'The manifests say what the definition files say.'
}
