import { AlertDialog } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { EnvironmentBadge } from './environment-badge.tsx'

interface ConfirmProductionProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  /** A question that names the database. */
  readonly title: string
  /** What is written, and what that means, in a sentence or two. */
  readonly text: ReactNode
  /** What exactly, where that can be shown. */
  readonly children?: ReactNode
  /** At the left of the footer. */
  readonly aside?: ReactNode
  /** On the button: what is done, and that it is production. */
  readonly action: string
  readonly onYes: () => void
}

/** Once more before a production database is written to: the one dialog for that, wherever it is asked. */
export function ConfirmProduction(props: ConfirmProductionProps) {
  const { open, onOpenChange, title, text, children, aside, action, onYes } = props
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="scrim" />
        <AlertDialog.Content className="dialog">
          <div className="dialog-head">
            <AlertDialog.Title className="dialog-title grow">{title}</AlertDialog.Title>
            <EnvironmentBadge environment="production" />
          </div>
          <AlertDialog.Description className="dialog-text">{text}</AlertDialog.Description>
          {children}
          <div className="dialog-footer">
            {aside}
            <span className="grow" />
            <AlertDialog.Cancel asChild>
              <Button>
                Cancel <kbd>Esc</kbd>
              </Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button kind="primary" onClick={onYes}>
                {action}
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
