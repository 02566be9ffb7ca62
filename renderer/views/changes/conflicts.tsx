import { useEffect, useState } from 'react'
import type { FailureView } from '../../../main/contract/contract.ts'
import type { ChangedFileView, PartConflictView, RepositoryView } from '../../../main/contract/repository.ts'
import { Button } from '../../components/button.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { useProgram, useRepository } from '../../stores/program.ts'
import { formatPlural } from '../../text/format-number.ts'

type Side = 'ours' | 'theirs'
const sides: readonly (readonly [Side, string])[] = [
  ['ours', 'Mine'],
  ['theirs', 'Theirs'],
]

/** A file that two people changed. A definition says what its manifest says: that is decided first. */
export function Conflicts({ file, repository }: { file: ChangedFileView; repository: RepositoryView }) {
  const { repository: git } = useProgram()
  const manifest = repository.files.find(({ kind, state }) => kind === 'manifest' && state === 'conflicted')
  if (file.kind !== 'definition' || manifest === undefined) return <Parts path={file.path} />
  return (
    <div className="conflicts">
      <p className="text-2">
        This file defines what is to be decided in {manifest.path}, and follows from it. What is still open then is
        asked here.
      </p>
      <div>
        <Button kind="primary" onClick={() => git.select(manifest.path)}>
          Decide it there
        </Button>
      </div>
    </div>
  )
}

/** The parts that both changed: for each, one of the two is kept. */
function Parts({ path }: { path: string }) {
  const { invoke, repository: git } = useProgram()
  const busy = useRepository((state) => state.busy)
  const [conflicts, setConflicts] = useState<readonly PartConflictView[]>()
  const [trouble, setTrouble] = useState<FailureView>()
  const [choices, setChoices] = useState<Readonly<Record<string, Side>>>({})
  useEffect(() => {
    let isOver = false
    void invoke('repository.conflicts', { path }).then((result) => {
      if (isOver) return
      if (result.ok) setConflicts(result.value)
      else setTrouble(result.failure)
    })
    return () => {
      isOver = true
    }
  }, [path, invoke])
  if (trouble !== undefined) {
    return (
      <div className="changes-failure">
        <FailureNote failure={trouble} />
      </div>
    )
  }
  if (conflicts === undefined) return null
  const open = conflicts.filter(({ id }) => choices[id] === undefined).length
  const settle = () => void git.act('Settling', 'repository.resolve', { path, choices })
  return (
    <div className="conflicts">
      <p className="text-2">
        {conflicts.length === 0
          ? 'Both sides changed other parts of it: they go together as they are.'
          : 'What only one side changed is taken from it. For the rest, choose what stays.'}
      </p>
      {conflicts.map((conflict) => (
        <fieldset key={conflict.id} className="conflict">
          <legend className="strong">{conflict.title}</legend>
          <div className="conflict-sides">
            {sides.map(([side, name]) => (
              <SideOf
                key={side}
                name={name}
                text={conflict[side]}
                changes={conflict.changes[side]}
                group={conflict.id}
                isChosen={choices[conflict.id] === side}
                onChoose={() => setChoices({ ...choices, [conflict.id]: side })}
              />
            ))}
          </div>
        </fieldset>
      ))}
      <div>
        <Button kind="primary" disabled={open > 0 || busy !== undefined} onClick={settle}>
          {open > 0 ? `${formatPlural(open, 'decision')} to make` : 'Settle this file'}
        </Button>
      </div>
    </div>
  )
}

interface SideProps {
  readonly name: string
  /** `undefined`: that side has taken it out. */
  readonly text: string | undefined
  readonly changes: readonly string[]
  readonly group: string
  readonly isChosen: boolean
  onChoose(): void
}

function SideOf({ name, text, changes, group, isChosen, onChoose }: SideProps) {
  return (
    <div className="conflict-side" data-chosen={isChosen}>
      <label className="conflict-choice">
        <input type="radio" name={group} checked={isChosen} onChange={onChoose} />
        {name}
      </label>
      {text === undefined && <p className="text-2">Takes it out.</p>}
      {changes.map((change) => (
        <p key={change} className="text-2 selectable">
          It {change}.
        </p>
      ))}
      {text !== undefined && (
        <details open={changes.length === 0}>
          <summary>As text</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard. */}
          <pre className="mono selectable" tabIndex={0}>
            {text}
          </pre>
        </details>
      )}
    </div>
  )
}
