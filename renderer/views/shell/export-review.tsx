import { Dialog } from 'radix-ui'
import type { ExportPlanView } from '../../../main/contract/export.ts'
import { Button } from '../../components/button.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { useExport, useProgram } from '../../stores/program.ts'
import { formatPlural } from '../../text/format-number.ts'

/** What an export would write, before it does; and why it cannot. */
export function ExportReview() {
  const { exporting } = useProgram()
  const { plan, failure, busy } = useExport((state) => state)
  return (
    <Dialog.Root open={plan !== undefined || failure !== undefined} onOpenChange={(next) => !next && exporting.close()}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content className="dialog export-review">
          <Dialog.Title className="dialog-title">Export the contracts</Dialog.Title>
          <Dialog.Description className="dialog-text selectable">
            {plan === undefined
              ? 'Nothing is written.'
              : `To ${plan.folder}. Passwords are left out: the names of their variables stand in their place.`}
          </Dialog.Description>
          {failure !== undefined && <FailureNote failure={failure} />}
          {plan !== undefined && <Files plan={plan} />}
          <div className="dialog-footer">
            <Button onClick={exporting.close}>{plan === undefined ? 'Close' : 'Cancel'}</Button>
            {plan !== undefined && (
              <Button kind="primary" disabled={busy || written(plan) === 0} onClick={() => void exporting.write()}>
                {actOf(plan)}
              </Button>
            )}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

const states: Readonly<Record<ExportPlanView['files'][number]['state'], readonly [word: string, tone: string]>> = {
  new: ['new', 'ok'],
  replaces: ['replaces what is there', 'warn'],
  same: ['there already', 'quiet'],
}

function Files({ plan: { files, notes } }: { plan: ExportPlanView }) {
  return (
    <>
      <ul className="export-files" aria-label="Files">
        {files.map(({ path, state }) => (
          <li key={path}>
            <span className="mono ellipsis grow selectable" title={path}>
              {path}
            </span>
            <span className={`tone-${states[state][1]}`}>{states[state][0]}</span>
          </li>
        ))}
      </ul>
      {notes.map((note) => (
        <p key={note} className="export-note selectable">
          {note}
        </p>
      ))}
    </>
  )
}

const written = ({ files }: ExportPlanView): number => files.filter(({ state }) => state !== 'same').length

function actOf(plan: ExportPlanView): string {
  const replaced = plan.files.filter(({ state }) => state === 'replaces').length
  if (written(plan) === 0) return 'Nothing to write'
  const act = `Export ${formatPlural(written(plan), 'file')}`
  return replaced === 0 ? act : `${act}, replacing ${replaced}`
}
