import { Command, useCommandState } from 'cmdk'
import { Search } from 'lucide-react'
import { useState } from 'react'
import { describeKeys } from '../../commands/keys.ts'
import { matchCommand } from '../../commands/match.ts'
import type { Command as ProgramCommand } from '../../commands/registry.ts'
import { useOverlay, useProgram } from '../../stores/program.ts'

const groups: readonly ProgramCommand['group'][] = [
  'Go to',
  'Jump',
  'Workspace',
  'Connections',
  'Schemas',
  'Sync',
  'View',
  'Graph',
  'Events',
  'Changes',
]

/** Every command that is possible now, and every object, by a few letters. */
export function Palette() {
  const { overlay } = useProgram()
  const open = useOverlay((state) => state.open === 'palette')
  return (
    <Command.Dialog
      open={open}
      onOpenChange={(next) => overlay.setState({ open: next ? 'palette' : 'none' })}
      label="Command palette"
      className="palette"
      overlayClassName="scrim"
      contentClassName="palette-place"
      loop
      filter={(value, typed, words) => matchCommand(value.slice(0, value.lastIndexOf('\n')), typed, words)}
    >
      <Commands />
    </Command.Dialog>
  )
}

function Commands() {
  const { commands, overlay, platform } = useProgram()
  const [possible] = useState(() => commands.all().filter(({ id }) => id !== 'palette.open'))
  const isNone = useCommandState(({ filtered }) => filtered.count === 0)
  const choose = (id: string) => {
    overlay.setState({ open: 'none' })
    commands.run(id)
  }
  return (
    <>
      <div className="palette-field">
        <Search size={16} aria-hidden />
        <Command.Input placeholder="Search, jump or run a command" />
      </div>
      <Command.Empty>Nothing is called that.</Command.Empty>
      {/* A list box without a choice is none. */}
      <Command.List label="Commands" hidden={isNone}>
        {groups.map((group) => {
          const inGroup = possible.filter((command) => command.group === group)
          if (inGroup.length === 0) return null
          return (
            <Command.Group key={group} heading={group}>
              {inGroup.map(({ id, title, detail, words, keys }) => (
                <Command.Item
                  key={id}
                  // A value must be unique, so the id follows the title.
                  value={`${title}\n${id}`}
                  keywords={words === undefined ? [] : [words]}
                  onSelect={() => choose(id)}
                >
                  <span className="ellipsis">{title}</span>
                  {detail !== undefined && <span className="muted ellipsis">{detail}</span>}
                  {keys !== undefined && <kbd>{describeKeys(keys, platform)}</kbd>}
                </Command.Item>
              ))}
            </Command.Group>
          )
        })}
      </Command.List>
    </>
  )
}
