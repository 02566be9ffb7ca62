import { AlertDialog } from 'radix-ui'
import { Button } from '../../components/button.tsx'

interface ConfirmDryRunProps {
  readonly open: boolean
  readonly name: string
  readonly count: number
  readonly onRun: () => void
  readonly onDismiss: () => void
}

/** A dry run writes, though it takes everything back: at a production database it is asked about. */
export function ConfirmDryRun({ open, name, count, onRun, onDismiss }: ConfirmDryRunProps) {
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onDismiss()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="scrim" />
        <AlertDialog.Content className="dialog">
          <div className="dialog-head">
            <AlertDialog.Title className="dialog-title grow">Try it at {name}?</AlertDialog.Title>
            <span className="cs-environment env-production">Production</span>
          </div>
          <AlertDialog.Description className="dialog-text">
            The last {count} events are applied there, twice, in one transaction that is taken back. Until then the rows
            that they write are locked; numbers of sequences are used up.
          </AlertDialog.Description>
          <div className="dialog-footer">
            <span className="grow" />
            <AlertDialog.Cancel asChild>
              <Button>
                Cancel <kbd>Esc</kbd>
              </Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button kind="primary" onClick={onRun}>
                Try it on production
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
