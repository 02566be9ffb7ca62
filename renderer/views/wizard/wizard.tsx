import { useEffect } from 'react'
import { useApp, useLayout, useProgram, useWizard } from '../../stores/program.ts'
import { ReviewPane } from './review-pane.tsx'
import { TestPane } from './test-pane.tsx'
import './wizard.css'
import { WizardForm } from './wizard-form.tsx'

/** One connection: its form on the left, its test on the right, or what saving would write. After a restart the draft that was open comes back. */
export function Wizard() {
  const { wizard, layout } = useProgram()
  const isOpen = useWizard(() => true) ?? false
  const draft = useLayout((state) => state.draft)
  const isReviewed = useWizard(({ review }) => review !== undefined) ?? false
  const drafts = useApp((state) => state.drafts)
  useEffect(() => {
    if (isOpen || wizard.resume(draft)) return
    layout.open('connections')
    layout.close('connection')
  }, [isOpen, wizard, layout, draft])
  if (!isOpen) return drafts.length === 0 ? null : <h1 className="visually-hidden">Connection</h1>
  return (
    <div className="wizard">
      <WizardForm />
      {isReviewed ? <ReviewPane /> : <TestPane />}
    </div>
  )
}
