import { ListTree, Play } from 'lucide-react'
import type { ChangedFileView, RepositoryView } from '../../../main/contract/repository.ts'
import { moveInTable } from '../../components/move-in-table.ts'
import { useApp, usePlan, useProgram, useRepository } from '../../stores/program.ts'
import { formatPlural } from '../../text/format-number.ts'
import { planTitle } from './plan.tsx'

/** What the next commit may take, with what it all means at the top. */
export function ChangedFiles({ repository }: { repository: RepositoryView }) {
  const { repository: git } = useProgram()
  const left = useRepository((state) => state.left)
  const selected = useRepository((state) => (state.plan ? null : state.selected))
  const { files, otherChanges, differences, operation } = repository
  // git commits a merge with all that is in it.
  const isWhole = operation !== undefined
  const taken = files.filter(({ path }) => !left.has(path)).length
  const leaveAll = (isLeft: boolean) => {
    for (const { path } of files) git.leave(path, isLeft)
  }
  return (
    <nav className="changed-files" aria-label="Changed files" onKeyDown={moveInTable}>
      <PlanRow />
      {files.length > 0 && (
        <>
          <button
            type="button"
            data-row
            className="changed-row changed-all"
            aria-current={selected === undefined}
            onClick={() => git.select(undefined)}
          >
            <ListTree size={14} aria-hidden />
            <span className="grow">What it means</span>
            <span className="muted num">{differences.length}</span>
          </button>
          <div className="changed-head">
            <input
              type="checkbox"
              aria-label="Commit all files"
              checked={taken === files.length || isWhole}
              disabled={isWhole}
              ref={(box) => {
                if (box !== null) box.indeterminate = taken > 0 && taken < files.length && !isWhole
              }}
              onChange={(event) => leaveAll(!event.target.checked)}
            />
            <h2>
              {taken === files.length || isWhole
                ? formatPlural(files.length, 'file')
                : `${taken} of ${formatPlural(files.length, 'file')}`}
            </h2>
          </div>
        </>
      )}
      {files.map((file) => (
        <FileRow
          key={file.path}
          file={file}
          isLeft={left.has(file.path)}
          isWhole={isWhole}
          isSelected={file.path === selected}
        />
      ))}
      {otherChanges > 0 && (
        <p className="changed-others">
          {formatPlural(otherChanges, 'other file')} of the repository changed too, and{' '}
          {otherChanges === 1 ? 'is' : 'are'} left alone.
        </p>
      )}
    </nav>
  )
}

/** Letter, word and colour of a file's state, as git's own tools have them. */
export const fileStates: Readonly<Record<ChangedFileView['state'], readonly [string, string, string]>> = {
  added: ['A', 'new', 'ok'],
  changed: ['M', 'changed', 'warn'],
  removed: ['D', 'gone', 'error'],
  conflicted: ['!', 'in conflict', 'error'],
}

/** The same list, but against what runs: with its count, where what runs is asked anyway. */
function PlanRow() {
  const { repository: git, plan } = useProgram()
  const selected = useRepository((state) => state.plan)
  const steps = usePlan((state) => state.steps)
  const runs = useApp(({ engine }) => engine.state === 'running' || engine.state === 'restarting')
  const show = () => {
    git.selectPlan()
    void plan.look()
  }
  return (
    <button type="button" data-row className="changed-row changed-all" aria-current={selected} onClick={show}>
      <Play size={14} aria-hidden />
      <span className="grow">{planTitle(runs)}</span>
      {steps !== undefined && <span className="muted num">{steps.length}</span>}
    </button>
  )
}

interface FileRowProps {
  readonly file: ChangedFileView
  readonly isLeft: boolean
  /** All files are committed together. */
  readonly isWhole: boolean
  readonly isSelected: boolean
}

function FileRow({ file, isLeft, isWhole, isSelected }: FileRowProps) {
  const { repository: git } = useProgram()
  const { path, state } = file
  const [letter, word, tone] = fileStates[state]
  const cut = path.lastIndexOf('/') + 1
  return (
    <div className="changed-line" data-current={isSelected}>
      <input
        type="checkbox"
        aria-label={`Commit ${path}`}
        checked={!isLeft || isWhole}
        disabled={isWhole}
        onChange={(event) => git.leave(path, !event.target.checked)}
      />
      <button
        type="button"
        data-row
        className="changed-row"
        aria-current={isSelected}
        title={path}
        onClick={() => git.select(path)}
      >
        <span className="changed-name">{path.slice(cut)}</span>
        <span className="muted ellipsis grow changed-folder">
          <bdi>{path.slice(0, cut).replace(/\/$/, '')}</bdi>
        </span>
        <span className={`mono changed-letter tone-${tone}`} title={word} aria-hidden>
          {letter}
        </span>
        <span className="visually-hidden">{word}</span>
      </button>
    </div>
  )
}
