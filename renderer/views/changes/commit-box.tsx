import { Undo2 } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { RepositoryView } from '../../../main/contract/repository.ts'
import { Button } from '../../components/button.tsx'
import { ErrorBlock } from '../../components/error-block.tsx'
import { onRunKey } from '../../components/on-run-key.ts'
import { useLayout, useProgram, useRepository } from '../../stores/program.ts'
import { formatPlural } from '../../text/format-number.ts'

/** The message, what is committed where, and the last commit, which can be taken back while nobody else has it. */
export function CommitBox({ repository }: { repository: RepositoryView }) {
  const { repository: git, layout, platform } = useProgram()
  const written = useLayout((state) => state.commitMessage)
  const left = useRepository((state) => state.left)
  const busy = useRepository((state) => state.busy)
  const { files, secrets, branch, operation, mergeMessage = '', hasGit, asksAuthor } = repository
  // A merge has a message of its own, for those who have nothing to add.
  const message = written === '' ? mergeMessage : written
  const [author, setAuthor] = useState<CommitAuthor>({ name: '', email: '' })
  const isSigned = !asksAuthor || (author.name.trim() !== '' && author.email.trim() !== '')
  const paths = files.map(({ path }) => path).filter((path) => operation !== undefined || !left.has(path))
  const secret = secrets.find(({ path }) => paths.includes(path))
  const isConflicted = files.some(({ state }) => state === 'conflicted')
  const isPossible = paths.length > 0 && message.trim() !== '' && !isConflicted && secret === undefined && isSigned
  const commit = async () => {
    if (!isPossible || busy !== undefined) return
    const done = await git.act('Committing', 'repository.commit', {
      paths,
      message,
      author: asksAuthor ? author : undefined,
    })
    if (done !== undefined) layout.change({ commitMessage: '' })
  }
  const field = useRef<HTMLTextAreaElement>(null)
  const wasConflicted = useRef(isConflicted)
  useEffect(() => {
    // The last thing that was to be decided is gone from the screen, and with it the focus.
    if (wasConflicted.current && !isConflicted && operation === 'merge') field.current?.focus()
    wasConflicted.current = isConflicted
  }, [isConflicted, operation])
  return (
    <div className="commit-box">
      {secret !== undefined && (
        <ErrorBlock
          message={`Line ${secret.line} of ${secret.path} holds ${secret.what}`}
          solution="It would be in the history for good. Write the name of a variable in its place."
        >
          <Button small onClick={() => git.select(secret.path)}>
            Show the file
          </Button>
        </ErrorBlock>
      )}
      {operation !== undefined && <UnderWay operation={operation} isConflicted={isConflicted} hasGit={hasGit} />}
      <textarea
        ref={field}
        className="commit-message"
        aria-label="Commit message"
        placeholder="What changes, and why"
        rows={4}
        value={message}
        onChange={(event) => layout.change({ commitMessage: event.target.value })}
        onKeyDown={onRunKey(platform, () => void commit())}
      />
      {asksAuthor && <AuthorFields author={author} onChange={setAuthor} />}
      <Button
        kind="primary"
        disabled={!isPossible || busy !== undefined || operation === 'rebase'}
        onClick={() => void commit()}
      >
        {paths.length === 0 ? 'Commit' : `Commit ${formatPlural(paths.length, 'file')}`}
        {branch === undefined ? '' : ` to ${branch}`}
      </Button>
      {!hasGit && (
        <p className="commit-without">
          Git is not installed: this program commits by itself, and where hooks or signing are set up, not at all.
        </p>
      )}
      <LastCommit repository={repository} />
    </div>
  )
}

interface CommitAuthor {
  readonly name: string
  readonly email: string
}

/** Who commits, where git's settings do not say it yet. */
function AuthorFields({ author, onChange }: { author: CommitAuthor; onChange: (author: CommitAuthor) => void }) {
  return (
    <div className="commit-author">
      <label className="field">
        <span className="visually-hidden">Your name</span>
        <input
          value={author.name}
          placeholder="Your name"
          onChange={(event) => onChange({ ...author, name: event.target.value })}
        />
      </label>
      <label className="field">
        <span className="visually-hidden">Your email</span>
        <input
          value={author.email}
          placeholder="Your email"
          onChange={(event) => onChange({ ...author, email: event.target.value })}
        />
      </label>
    </div>
  )
}

interface UnderWayProps {
  readonly operation: 'merge' | 'rebase'
  readonly isConflicted: boolean
  readonly hasGit: boolean
}

function UnderWay({ operation, isConflicted, hasGit }: UnderWayProps) {
  const { repository: git } = useProgram()
  if (!hasGit) return <p className="commit-hint">A {operation} is under way. It takes git to end it.</p>
  const isRebase = operation === 'rebase'
  const decide = isRebase
    ? 'A rebase is under way: it puts what you committed on top of theirs. Decide each file in conflict.'
    : 'A merge is under way. Decide each file in conflict; what both sides did is committed together.'
  const end = isRebase
    ? 'Everything is decided. Go on with the rebase.'
    : 'Everything is decided. Commit to end the merge.'
  return (
    <div className="commit-hint">
      <p>{isConflicted ? decide : end}</p>
      {isRebase && !isConflicted && (
        <Button small kind="primary" onClick={() => void git.act('Rebasing', 'repository.continueRebase', undefined)}>
          Go on
        </Button>
      )}
      <Button small onClick={() => void git.act(`Taking the ${operation} back`, 'repository.abort', undefined)}>
        Take the {operation} back
      </Button>
    </div>
  )
}

function LastCommit({ repository }: { repository: RepositoryView }) {
  const { repository: git, layout } = useProgram()
  const message = useLayout((state) => state.commitMessage)
  const { head, operation, hasGit } = repository
  if (head === undefined) return null
  const undo = async () => {
    const done = await git.act('Undoing the commit', 'repository.undoCommit', undefined)
    // What a person has begun to write is not written over.
    if (done !== undefined && message.trim() === '') layout.change({ commitMessage: done.value.message })
  }
  return (
    <div className="last-commit">
      <span className="muted">Last</span>
      <span className="ellipsis grow" title={head.subject}>
        {head.subject}
      </span>
      {head.isPushed && <span className="muted">pushed</span>}
      {!head.isPushed && hasGit && head.parents !== 1 && (
        <span className="muted" title="Use git in a terminal to take it back.">
          {head.parents === 0 ? 'the first has no undo' : 'a merge has no undo'}
        </span>
      )}
      {!head.isPushed && hasGit && head.parents === 1 && (
        <Button small kind="quiet" icon={Undo2} disabled={operation !== undefined} onClick={() => void undo()}>
          Undo
        </Button>
      )}
      {!hasGit && <span className="muted">To undo it, install git.</span>}
    </div>
  )
}
