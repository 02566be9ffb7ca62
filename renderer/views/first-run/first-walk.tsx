import { Check } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { Ago } from '../../components/time.tsx'
import { firstWalk } from '../../stores/first-walk.ts'
import { useApp, useLayout, useProgram } from '../../stores/program.ts'

/** A list that ticks itself from what really happened. */
export function FirstWalk() {
  const walk = useLayout((layout) => layout.walk)
  const busy = useApp((state) => state.opening !== undefined)
  const { commands } = useProgram()
  const done = firstWalk.filter(({ id }) => walk[id] !== undefined).length
  const next = firstWalk.find(({ id }) => walk[id] === undefined)?.id
  return (
    <aside className="first-walk" aria-label="First walk">
      <div className="first-walk-head">
        <h2 className="grow">First walk</h2>
        <span className="walk-count muted num">
          {done} of {firstWalk.length}
        </span>
      </div>
      <progress className="bar bar-ok" max={firstWalk.length} value={done} aria-label="Steps of the first walk" />
      <ol>
        {firstWalk.map(({ id, title, how }) => {
          const at = walk[id]
          const state = at !== undefined ? 'done' : id === next ? 'next' : 'later'
          return (
            <li key={id} className={`walk-${state}`}>
              <span className="walk-mark">
                {state === 'done' && <Check size={12} strokeWidth={3} aria-label="Done" />}
              </span>
              <span className="grow">
                <strong>{title}</strong>
                <span className="muted">{at === undefined ? how : <Ago at={at} />}</span>
              </span>
              {state === 'next' && done > 0 && (
                <Button small disabled={busy} onClick={() => commands.run('workspace.openSample')}>
                  Continue
                </Button>
              )}
            </li>
          )
        })}
      </ol>
      <p className="muted">Ticks come from what really happened, in the sample or in your own workspace.</p>
    </aside>
  )
}
