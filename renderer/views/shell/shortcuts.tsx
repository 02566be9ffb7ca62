import { Dialog } from 'radix-ui'
import { describeKeys } from '../../commands/keys.ts'
import { useOverlay, useProgram } from '../../stores/program.ts'

/** In lists and tables; the rest comes from the commands. */
const always: readonly (readonly [string, string])[] = [
  ['↑ ↓', 'Move in the tree, a table or a list'],
  ['Home End', 'First and last'],
  ['↵', 'Open what is selected'],
  ['Esc', 'One level up: completion, selection, inspector'],
]

/** Every key there is, from the same list that makes them work. */
export function Shortcuts() {
  const { overlay, commands, platform } = useProgram()
  const open = useOverlay((state) => state.open === 'shortcuts')
  const withKeys = open ? commands.all().filter(({ keys }) => keys !== undefined) : []
  return (
    <Dialog.Root open={open} onOpenChange={(next) => overlay.setState({ open: next ? 'shortcuts' : 'none' })}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        {/* It is longer than a low window, and nothing in it can have the focus that arrow keys would scroll. */}
        <Dialog.Content className="dialog" aria-describedby={undefined} tabIndex={0}>
          <Dialog.Title className="dialog-title">Keyboard shortcuts</Dialog.Title>
          <dl className="shortcut-list">
            {withKeys.map(({ id, title, keys = '' }) => (
              <div key={id}>
                <dt>{title}</dt>
                <dd>
                  <kbd>{describeKeys(keys, platform)}</kbd>
                </dd>
              </div>
            ))}
            {always.map(([keys, title]) => (
              <div key={title}>
                <dt>{title}</dt>
                <dd>
                  <kbd>{keys}</kbd>
                </dd>
              </div>
            ))}
          </dl>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
