import { ArrowDown, ArrowUp, FileInput, GitBranch, RefreshCw } from 'lucide-react'
import type { RepositoryView } from '../../../main/contract/repository.ts'
import { Button, CommandIcon } from '../../components/button.tsx'
import { useProgram, useRepository } from '../../stores/program.ts'
import { BranchMenu } from './branch-menu.tsx'
import { ExportMenu } from './export-menu.tsx'

export function ChangesToolbar({ answer }: { answer: RepositoryView | undefined }) {
  const { commands } = useProgram()
  const busy = useRepository((state) => state.busy)
  const { upstream, hasRemote = false, hasGit = true, operation } = answer ?? {}
  const isBlocked = busy !== undefined || operation !== undefined
  return (
    <div className="toolbar">
      <h1 className="toolbar-title">Changes</h1>
      {answer !== undefined && hasGit && <BranchMenu repository={answer} disabled={isBlocked} />}
      {answer !== undefined && !hasGit && (
        <span className="branch-fixed">
          <GitBranch size={14} aria-hidden />
          <span className="ellipsis">{answer.branch ?? 'no branch'}</span>
        </span>
      )}
      {busy !== undefined && (
        <span className="muted" role="status">
          {busy} …
        </span>
      )}
      <span className="grow" />
      {!hasGit && <span className="muted">To push, pull and branch, install git.</span>}
      {hasGit && hasRemote && (
        <>
          <Button
            icon={ArrowDown}
            disabled={isBlocked || upstream === undefined}
            onClick={() => commands.run('git.pull')}
          >
            Pull{count(upstream?.behind)}
          </Button>
          <Button icon={ArrowUp} disabled={isBlocked} onClick={() => commands.run('git.push')}>
            Push{count(upstream?.ahead)}
          </Button>
        </>
      )}
      <ExportMenu />
      <CommandIcon id="definitions.collect" icon={FileInput} />
      <CommandIcon id="git.refresh" icon={RefreshCw} />
    </div>
  )
}

function count(commits = 0) {
  return commits === 0 ? '' : ` ${commits}`
}
