import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { describeKeys } from '../../commands/keys.ts'
import { useProgram } from '../../stores/program.ts'

/** What an open menu holds, in a landmark of its own, since it is drawn at the end of the page beside all others. */
export function MenuContent(props: { align: 'start' | 'end'; className?: string; children: ReactNode }) {
  const { align, className = '', children } = props
  return (
    <DropdownMenu.Portal>
      <section aria-label="Menu">
        <DropdownMenu.Content className={`menu ${className}`} align={align} sideOffset={4}>
          {children}
        </DropdownMenu.Content>
      </section>
    </DropdownMenu.Portal>
  )
}

/** An entry of a menu that runs a command, with its keys; missing when there is no such command. */
export function CommandItem({ id }: { id: string }) {
  const { commands, platform } = useProgram()
  const command = commands.find(id)
  if (command === undefined) return null
  return (
    <DropdownMenu.Item className="menu-item" disabled={command.enabled?.() === false} onSelect={() => commands.run(id)}>
      {command.title}
      {command.keys !== undefined && <kbd>{describeKeys(command.keys, platform)}</kbd>}
    </DropdownMenu.Item>
  )
}

export function MenuItem({ onSelect, children }: { onSelect: () => void; children: ReactNode }) {
  return (
    <DropdownMenu.Item className="menu-item" onSelect={onSelect}>
      {children}
    </DropdownMenu.Item>
  )
}
