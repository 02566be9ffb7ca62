import { AlertDialog } from 'radix-ui'
import { Button } from '../../components/button.tsx'
import { useOverlay, useProgram } from '../../stores/program.ts'

/** Deleting two databases is asked once, even when they are only a sample. */
export function ResetSample() {
  const { overlay, actions } = useProgram()
  const open = useOverlay((state) => state.open === 'reset-sample')
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => overlay.setState({ open: next ? 'reset-sample' : 'none' })}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="scrim" />
        <AlertDialog.Content className="dialog">
          <AlertDialog.Title className="dialog-title">Reset the sample workspace?</AlertDialog.Title>
          <AlertDialog.Description className="dialog-text">
            Its two databases and its event store are deleted and made anew. Your own workspaces are not touched.
          </AlertDialog.Description>
          <div className="dialog-footer">
            <AlertDialog.Cancel asChild>
              <Button>Cancel</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button kind="primary" onClick={() => void actions.resetSample()}>
                Reset the sample
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
