import { ChevronDown, FileOutput } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { CommandItem, MenuContent } from '../shell/menu-item.tsx'

/** Contracts for those who do not share the repository. */
export function ExportMenu() {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="button button-plain">
        <FileOutput size={14} aria-hidden />
        Export
        <ChevronDown size={14} aria-hidden />
      </DropdownMenu.Trigger>
      <MenuContent align="end">
        <CommandItem id="export.toFolder" />
        <CommandItem id="export.copyManifest" />
      </MenuContent>
    </DropdownMenu.Root>
  )
}
