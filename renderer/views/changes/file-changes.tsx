import { AlertDialog } from 'radix-ui'
import { useEffect, useState } from 'react'
import type { FailureView, VerbOutput } from '../../../main/contract/contract.ts'
import type { ChangedFileView, RepositoryView } from '../../../main/contract/repository.ts'
import { Button } from '../../components/button.tsx'
import { DiffView } from '../../components/diff-view.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { useProgram } from '../../stores/program.ts'
import { fileStates } from './changed-files.tsx'
import { Conflicts } from './conflicts.tsx'

type Versions = VerbOutput<'repository.versions'>

/** One file: its lines as committed and as they are, or what two people made of it. */
export function FileChanges({ file, repository }: { file: ChangedFileView; repository: RepositoryView }) {
  const { path, state } = file
  const [, word, tone] = fileStates[state]
  return (
    <section className="changes-details" aria-label={path}>
      <div className="details-head">
        <h2 className="mono ellipsis selectable">{path}</h2>
        <span className={`tone-${tone}`}>{word}</span>
        <span className="grow" />
        {state !== 'conflicted' && repository.hasGit && <Discard file={file} />}
        {!repository.hasGit && <span className="muted">To discard it, install git.</span>}
      </div>
      {state === 'conflicted' ? (
        <Conflicts file={file} repository={repository} />
      ) : (
        <Diff path={path} repository={repository} />
      )}
    </section>
  )
}

function Diff({ path, repository }: { path: string; repository: RepositoryView }) {
  const { invoke } = useProgram()
  const [versions, setVersions] = useState<Versions>()
  const [trouble, setTrouble] = useState<FailureView>()
  // `repository` is another object each time the disk was looked at.
  useEffect(() => {
    let isOver = false
    void invoke('repository.versions', { path }).then((result) => {
      if (isOver || repository === undefined) return
      if (result.ok) setVersions(result.value)
      else setTrouble(result.failure)
    })
    return () => {
      isOver = true
    }
  }, [path, invoke, repository])
  if (trouble !== undefined) {
    return (
      <div className="changes-failure">
        <FailureNote failure={trouble} />
      </div>
    )
  }
  if (versions === undefined) return null
  return (
    <DiffView
      before={versions.before ?? ''}
      after={versions.after ?? ''}
      language={path.endsWith('.sql') ? 'sql' : 'text'}
      label={`Changes of ${path}`}
    />
  )
}

function Discard({ file: { path, state } }: { file: ChangedFileView }) {
  const { repository: git } = useProgram()
  const isNew = state === 'added'
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger asChild>
        <Button small>{isNew ? 'Delete…' : 'Discard…'}</Button>
      </AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="scrim" />
        <AlertDialog.Content className="dialog">
          <AlertDialog.Title className="dialog-title">
            {isNew ? 'Delete this file?' : 'Discard what changed in it?'}
          </AlertDialog.Title>
          <AlertDialog.Description className="dialog-text">
            {isNew
              ? `${path} is not in any commit: nothing brings it back.`
              : `${path} becomes what it was in the last commit: nothing brings the changes back.`}
          </AlertDialog.Description>
          <div className="dialog-footer">
            <AlertDialog.Cancel asChild>
              <Button>Cancel</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button kind="primary" onClick={() => void git.act('Discarding', 'repository.discard', { path })}>
                {isNew ? 'Delete the file' : 'Discard the changes'}
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
