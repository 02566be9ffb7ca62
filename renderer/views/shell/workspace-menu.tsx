import { ChevronDown } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useApp, useProgram } from '../../stores/program.ts'
import { CommandItem, MenuContent, MenuItem } from './menu-item.tsx'

/** The open workspace by name; opens others. */
export function WorkspaceMenu() {
  const workspace = useApp((state) => state.workspace)
  const recent = useApp((state) => state.recent)
  const { actions } = useProgram()
  const others = recent.filter(({ path }) => path !== workspace?.summary.path).slice(0, 8)
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="workspace-name">
        <span className="ellipsis">{workspace?.summary.name ?? 'ReJot Desktop'}</span>
        <ChevronDown size={14} aria-hidden />
      </DropdownMenu.Trigger>
      <MenuContent align="start">
        {others.length > 0 && <DropdownMenu.Label className="menu-label">Recent</DropdownMenu.Label>}
        {others.map(({ path, name, sample }) => (
          <MenuItem key={path} onSelect={() => void (sample ? actions.openSample() : actions.open(path))}>
            <span>{name}</span>
            <span className="muted ellipsis menu-path">
              <bdi>{path}</bdi>
            </span>
          </MenuItem>
        ))}
        {others.length > 0 && <DropdownMenu.Separator className="menu-line" />}
        <CommandItem id="workspace.openSample" />
        <CommandItem id="workspace.open" />
        <CommandItem id="workspace.openFile" />
        <CommandItem id="workspace.create" />
        {workspace !== undefined && (
          <>
            <DropdownMenu.Separator className="menu-line" />
            <CommandItem id="workspace.reveal" />
            {workspace.summary.sample && <CommandItem id="workspace.resetSample" />}
            <CommandItem id="workspace.close" />
          </>
        )}
      </MenuContent>
    </DropdownMenu.Root>
  )
}
