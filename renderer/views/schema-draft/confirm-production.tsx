import { AlertDialog } from 'radix-ui'
import { Button } from '../../components/button.tsx'

interface ConfirmProductionProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  /** Of the connection, or of both. */
  readonly name: string
  readonly action: string
  readonly text: string
  readonly onYes: () => void
}

/** Once more before a production database is written to. */
export function ConfirmProduction({ open, onOpenChange, name, action, text, onYes }: ConfirmProductionProps) {
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="scrim" />
        <AlertDialog.Content className="dialog">
          <div className="dialog-head">
            <AlertDialog.Title className="dialog-title grow">
              {action} at {name}?
            </AlertDialog.Title>
            <span className="draft-badge env-production">Production</span>
          </div>
          <AlertDialog.Description className="dialog-text">{text}</AlertDialog.Description>
          <div className="dialog-footer">
            <AlertDialog.Cancel asChild>
              <Button>
                Cancel <kbd>Esc</kbd>
              </Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button kind="primary" onClick={onYes}>
                Apply to production
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
