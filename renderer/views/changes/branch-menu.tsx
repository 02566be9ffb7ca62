import { Check, ChevronDown, GitBranch } from 'lucide-react'
import { Dialog, DropdownMenu } from 'radix-ui'
import { type FormEvent, useState } from 'react'
import type { RepositoryView } from '../../../main/contract/repository.ts'
import { Button } from '../../components/button.tsx'
import { useProgram } from '../../stores/program.ts'
import { MenuContent, MenuItem } from '../shell/menu-item.tsx'

/** The branch by name; goes to another, or makes one. */
export function BranchMenu({ repository, disabled }: { repository: RepositoryView; disabled: boolean }) {
  const [isNaming, setNaming] = useState(false)
  const { repository: git } = useProgram()
  const { branch, branches, head } = repository
  const name = branch ?? `no branch, at ${head?.hash.slice(0, 8) ?? 'nothing'}`
  return (
    <>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className="button button-plain branch" disabled={disabled} aria-label={`Branch: ${name}`}>
          <GitBranch size={14} aria-hidden />
          <span className="ellipsis">{name}</span>
          <ChevronDown size={14} aria-hidden />
        </DropdownMenu.Trigger>
        <MenuContent align="start" className="branch-list">
          {branches.map((each) => (
            <MenuItem
              key={each}
              onSelect={() => {
                if (each !== branch) void git.act(`Switching to ${each}`, 'repository.switchBranch', { name: each })
              }}
            >
              <Check size={14} aria-hidden style={{ visibility: each === branch ? 'visible' : 'hidden' }} />
              <span className="ellipsis">{each}</span>
            </MenuItem>
          ))}
          {branches.length > 0 && <DropdownMenu.Separator className="menu-line" />}
          <MenuItem onSelect={() => setNaming(true)}>
            <span className="menu-indent">New branch…</span>
          </MenuItem>
        </MenuContent>
      </DropdownMenu.Root>
      <NewBranch open={isNaming} from={branch} onClose={() => setNaming(false)} />
    </>
  )
}

function NewBranch({ open, from, onClose }: { open: boolean; from: string | undefined; onClose: () => void }) {
  const { repository: git } = useProgram()
  const [name, setName] = useState('')
  const make = (event: FormEvent) => {
    event.preventDefault()
    // Names of branches hold no spaces; who types one means a hyphen.
    const wanted = name.trim().replaceAll(/\s+/g, '-')
    if (wanted === '') return
    setName('')
    onClose()
    void git.act(`Making ${wanted}`, 'repository.createBranch', { name: wanted })
  }
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content className="dialog">
          <Dialog.Title className="dialog-title">New branch</Dialog.Title>
          <Dialog.Description className="dialog-text">
            It begins where {from ?? 'this commit'} is. What is not committed comes along.
          </Dialog.Description>
          <form onSubmit={make}>
            <label className="field branch-name">
              <span className="visually-hidden">Name of the branch</span>
              <input value={name} placeholder="add-email" onChange={(event) => setName(event.target.value)} />
            </label>
            <div className="dialog-footer">
              <Button onClick={onClose}>Cancel</Button>
              <button type="submit" className="button button-primary" disabled={name.trim() === ''}>
                Make the branch
              </button>
            </div>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
