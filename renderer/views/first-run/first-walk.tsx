import { Button } from '../../components/button.tsx'
import { Checklist } from '../../components/checklist.tsx'
import { Ago } from '../../components/time.tsx'
import { firstWalk } from '../../stores/first-walk.ts'
import { useApp, useLayout, useProgram } from '../../stores/program.ts'

/** A list that ticks itself from what really happened. */
export function FirstWalk() {
  const walk = useLayout((layout) => layout.walk)
  const busy = useApp((state) => state.opening !== undefined)
  const { commands } = useProgram()
  const next = firstWalk.find(({ id }) => walk[id] === undefined)?.id
  const hasBegun = firstWalk.some(({ id }) => walk[id] !== undefined)
  const items = firstWalk.map(({ id, title, how }) => {
    const at = walk[id]
    return {
      id,
      title,
      note: at === undefined ? how : <Ago at={at} />,
      isDone: at !== undefined,
      action: id === next && hasBegun && (
        <Button small disabled={busy} onClick={() => commands.run('workspace.openSample')}>
          Continue
        </Button>
      ),
    }
  })
  return (
    <aside className="first-walk" aria-label="First walk">
      <Checklist title="First walk" items={items} />
      <p className="muted">Ticks come from what really happened, in the sample or in your own workspace.</p>
    </aside>
  )
}
