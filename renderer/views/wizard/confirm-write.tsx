import { Copy } from 'lucide-react'
import { AlertDialog } from 'radix-ui'
import { Button } from '../../components/button.tsx'
import { SqlText } from '../../components/sql-text.tsx'
import { useProgram, useWizard } from '../../stores/program.ts'
import { formatPlural } from '../../text/format-number.ts'

interface ConfirmWriteProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly sql: string
  readonly count: number
  /** Who runs it, where that is not the connection's own role. */
  readonly role: string | undefined
  readonly onRun: () => void
}

/** Before anything is written to a production database: what exactly, and as whom. */
export function ConfirmWrite({ open, onOpenChange, sql, count, role, onRun }: ConfirmWriteProps) {
  const { actions } = useProgram()
  const name = useWizard(({ form }) => form.slug)
  const user = useWizard(({ form }) => form.user)
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="scrim" />
        <AlertDialog.Content className="dialog">
          <div className="dialog-head">
            <AlertDialog.Title className="dialog-title grow">Write to {name}?</AlertDialog.Title>
            <span className="write-badge env-production">Production</span>
          </div>
          <AlertDialog.Description className="dialog-text">
            {formatPlural(count, 'statement')} {count === 1 ? 'runs' : 'run'} as <code>{role ?? user}</code>.
          </AlertDialog.Description>
          <SqlText sql={sql} />
          <div className="dialog-footer">
            <Button kind="quiet" icon={Copy} onClick={() => void actions.copy(sql, 'the SQL')}>
              Copy SQL
            </Button>
            <span className="grow" />
            <AlertDialog.Cancel asChild>
              <Button>
                Cancel <kbd>Esc</kbd>
              </Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button kind="primary" onClick={onRun}>
                Run on production
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
