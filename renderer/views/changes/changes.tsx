import { useEffect } from 'react'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { useApp, useFailure, useProgram, useRepository, useStatus } from '../../stores/program.ts'
import { summarizeSync } from '../../stores/sync-summary.ts'
import { ChangedFiles } from './changed-files.tsx'
import { ChangesToolbar } from './changes-toolbar.tsx'
import { CommitBox } from './commit-box.tsx'
import { FileChanges } from './file-changes.tsx'
import { Meaning } from './meaning.tsx'
import { NoRepository } from './no-repository.tsx'
import { Plan } from './plan.tsx'
import './changes.css'

/** What differs from the last commit, as meaning and as text; and what git can do about it. */
export function Changes() {
  const { repository, plan } = useProgram()
  const workspace = useApp((state) => state.workspace)
  const engine = useApp((state) => state.engine)
  // Of which engine as well: what the one before said last is what this one begins with here.
  const phase = useStatus(({ status }) =>
    engine.state === 'running' ? `${status?.startedAt} ${summarizeSync(engine, status).word}` : undefined,
  )
  const answer = useRepository((state) => state.answer)
  const failure = useFailure('repository')
  // Files change outside as well: what is on disk is looked at again whenever there is a reason to.
  useEffect(() => {
    if (workspace !== undefined) void repository.read()
    const look = () => void repository.read()
    window.addEventListener('focus', look)
    return () => window.removeEventListener('focus', look)
  }, [workspace, repository])
  // Before a start nobody but a person has the databases asked; what runs is connected with them. While it copies, what
  // a start would change is becoming less.
  useEffect(() => {
    if (workspace !== undefined && phase !== undefined) void plan.look()
  }, [workspace, phase, plan])

  if (answer?.kind === 'none') return <NoRepository answer={answer} failure={failure} />
  return (
    <div className="changes-screen">
      <ChangesToolbar answer={answer} />
      {failure !== undefined && (
        <div className="changes-failure">
          <FailureNote failure={failure} />
        </div>
      )}
      {answer !== undefined && (
        <div className="changes-parts">
          <div className="changes-side">
            <ChangedFiles repository={answer} />
            <CommitBox repository={answer} />
          </div>
          <Details />
        </div>
      )}
    </div>
  )
}

function Details() {
  const { commands } = useProgram()
  const selected = useRepository((state) => state.selected)
  const answer = useRepository((state) => state.answer)
  const isPlan = useRepository((state) => state.plan)
  if (answer?.kind !== 'repository') return null
  if (isPlan) return <Plan />
  const file = answer.files.find(({ path }) => path === selected)
  if (file !== undefined) return <FileChanges key={file.path} file={file} repository={answer} />
  if (answer.files.length > 0) return <Meaning repository={answer} />
  return (
    <div className="changes-details">
      <EmptyState
        title="Nothing differs from the last commit"
        sentence="Change a contract here or in another editor, and it shows up: as what it means, and as lines."
      >
        <Button onClick={() => commands.run('catalogue.schemas')}>Look at the contracts</Button>
      </EmptyState>
    </div>
  )
}
