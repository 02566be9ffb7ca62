import { Play } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { ErrorBlock } from '../../components/error-block.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import type { FailurePlace } from '../../stores/failure-store.ts'
import { useApp, useFailure, useLayout, useProgram, useSchemaDrafts } from '../../stores/program.ts'
import { draftIn } from '../../stores/tab-id.ts'
import { useNow } from '../../stores/use-now.ts'
import { Problems } from './problems.tsx'

/** What holds for the whole workspace and wants to be known before anything else. */
export function Notices() {
  const engine = useApp((state) => state.engine)
  const sample = useApp((state) => (state.workspace?.summary.sample ? state.sample : undefined))
  // While nothing is published there is nothing to start, and a form has its own next step.
  const publishes = useApp((state) => (state.workspace?.publicSchemas.length ?? 0) > 0)
  const canStart = useLayout((state) => state.view !== 'connection') && publishes
  const { commands } = useProgram()
  const { message } = engine
  return (
    <section aria-label="Notices">
      <Problems />
      {engine.state === 'failed' && (
        <div className="notice">
          <ErrorBlock message={message ?? 'The sync engine stopped'} solution={engine.solution}>
            <Button small icon={Play} onClick={() => commands.run('engine.start')}>
              Start sync again
            </Button>
          </ErrorBlock>
        </div>
      )}
      {engine.state === 'restarting' && <Restarting />}
      {engine.state === 'idle' && canStart && <Idle />}
      <Outdated />
      {sample?.state === 'failed' && (
        <div className="notice">
          <ErrorBlock
            message={sample.message ?? 'The sample databases stopped'}
            solution="Open the sample again; if that does not help, reset it."
          >
            <Button small onClick={() => commands.run('workspace.resetSample')}>
              Reset the sample…
            </Button>
          </ErrorBlock>
        </div>
      )}
      <ChangedFiles />
      <AskedFor place="engine" />
      <AskedFor place="workspace" />
      <AskedFor place="sample" />
    </section>
  )
}

/** Somebody has edited the files that define schemas; what runs and what is shown is the manifest's still. */
function ChangedFiles() {
  const changed = useApp((state) => state.changedFiles)
  const drafts = useSchemaDrafts((state) => state.drafts)
  const view = useLayout((state) => state.view)
  const { tabs, commands } = useProgram()
  const current = drafts[draftIn(view) ?? '']?.schema
  // Where its editor is shown it has a bar of its own.
  const shown = changed.filter((id) => id !== current)
  const [first] = shown
  if (first === undefined) return null
  const name = first.slice(first.lastIndexOf('/') + 1)
  return (
    <div className="notice-line notice-warn" role="status">
      <StatusGlyph glyph="retrying" size={12} />
      <span className="strong">
        {shown.length === 1 ? `The file of ${name} was changed` : `The files of ${shown.length} schemas were changed`}
      </span>
      <span className="text-2 grow ellipsis">The manifest, and what runs, say what they said before.</span>
      <Button small onClick={() => void tabs.edit(first)}>
        {shown.length === 1 ? 'Look at it' : `Look at ${name}`}
      </Button>
      <Button small onClick={() => commands.run('definitions.collect')}>
        Collect…
      </Button>
    </div>
  )
}

/** Somebody has changed the manifests: a pull, another editor. An engine keeps what it was started with. */
function Outdated() {
  // What is applied here is started with at once.
  const outdated = useApp((state) => state.outdated && state.applying === undefined)
  const { commands } = useProgram()
  if (!outdated) return null
  return (
    <div className="notice-line notice-warn" role="status">
      <StatusGlyph glyph="retrying" size={12} />
      <span className="strong">The manifests have changed since the sync was started</span>
      <span className="text-2 grow ellipsis">What runs goes on as they were then.</span>
      <Button small onClick={() => commands.run('engine.plan')}>
        See what starting again changes…
      </Button>
    </div>
  )
}

function Restarting() {
  const { message, retryAt } = useApp((state) => state.engine)
  const seconds = Math.max(0, Math.ceil(((retryAt ?? 0) - useNow()) / 1_000))
  const { commands } = useProgram()
  return (
    <div className="notice-line notice-warn" role="status">
      <StatusGlyph glyph="retrying" size={12} />
      <span className="strong">{message ?? 'The sync engine stopped'}</span>
      <span className="text-2 num">
        {retryAt === undefined
          ? 'It is started again now.'
          : `It is started again ${seconds > 0 ? `in ${seconds} s` : 'now'} and goes on where it was.`}
      </span>
      <div className="grow" />
      <Button small onClick={() => commands.run('engine.stop')}>
        Stop sync
      </Button>
    </div>
  )
}

function Idle() {
  const { commands } = useProgram()
  const broken = useApp((state) => state.workspace?.problems.some(({ severity }) => severity === 'error') ?? false)
  return (
    <div className="notice-line" role="status">
      <StatusGlyph glyph="waiting" size={12} />
      <span className="strong">Sync is stopped</span>
      <span className="text-2">
        {broken
          ? 'The problems above have to be repaired first.'
          : 'Nothing is read from or written to your databases.'}
      </span>
      <div className="grow" />
      <Button small disabled={broken} onClick={() => commands.run('engine.plan')}>
        See what it changes…
      </Button>
      <Button
        small
        kind={broken ? 'plain' : 'primary'}
        icon={Play}
        disabled={broken}
        onClick={() => commands.run('engine.start')}
      >
        Start sync
      </Button>
    </div>
  )
}

/** What the last command of this kind answered, until it is put away. */
function AskedFor({ place }: { place: FailurePlace }) {
  const failure = useFailure(place)
  const { failures } = useProgram()
  if (failure === undefined) return null
  return (
    <div className="notice">
      <FailureNote failure={failure}>
        <Button small onClick={() => failures.set(place, undefined)}>
          Dismiss
        </Button>
      </FailureNote>
    </div>
  )
}
