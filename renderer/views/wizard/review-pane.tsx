import { ArrowLeft, Save } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Button } from '../../components/button.tsx'
import { Effects } from '../../components/effects.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { ReviewFiles } from '../../components/review-files.tsx'
import { useProgram, useWizard } from '../../stores/program.ts'
import { formatPlural } from '../../text/format-number.ts'

/** What saving would write: lines of files, and what else comes of it. Nothing is written before this was shown. */
export function ReviewPane() {
  const { wizard } = useProgram()
  const review = useWizard((state) => state.review)
  const failure = useWizard((state) => state.failure)
  const saving = useWizard((state) => state.saving) ?? false
  const save = useRef<HTMLButtonElement>(null)
  useEffect(() => save.current?.focus(), [])
  if (review === undefined) return null
  const { files, effects } = review
  return (
    <section className="test-pane" aria-label="What will be written">
      <header className="test-head">
        <h2>What will be written</h2>
        <span className="text-2">{files.length === 0 ? 'No file changes' : formatPlural(files.length, 'file')}</span>
      </header>
      <div className="test-scroll review-scroll">
        {effects.length > 0 && <Effects effects={effects} />}
        <ReviewFiles files={files} />
      </div>
      <footer className="test-foot-all">
        {failure !== undefined && (
          <div className="test-failure">
            <FailureNote failure={failure} />
          </div>
        )}
        <div className="test-foot">
          <span className="grow text-2">Nothing is written yet.</span>
          <Button kind="quiet" icon={ArrowLeft} onClick={wizard.unreview}>
            Back
          </Button>
          <Button ref={save} kind="primary" icon={Save} disabled={saving} onClick={() => void wizard.save()}>
            {files.length === 0 ? 'Save' : `Write ${formatPlural(files.length, 'file')}`}
          </Button>
        </div>
      </footer>
    </section>
  )
}
