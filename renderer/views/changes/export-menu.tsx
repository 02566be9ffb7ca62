import { ChevronDown, FileOutput } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { CommandItem } from '../shell/menu-item.tsx'

/** Contracts for those who do not share the repository. */
export function ExportMenu() {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="button button-plain">
        <FileOutput size={14} aria-hidden />
        Export
        <ChevronDown size={14} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4}>
          <CommandItem id="export.toFolder" />
          <CommandItem id="export.copyManifest" />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
