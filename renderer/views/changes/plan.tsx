import { RefreshCw } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { useApp, usePlan, useProgram } from '../../stores/program.ts'
import { PlannedSteps, useStart } from '../shell/start-plan.tsx'

/** What starting these manifests would change, against what runs and what the servers say: not against the last commit. */
export function Plan() {
  const { plan } = useProgram()
  const asking = usePlan((state) => state.asking)
  const runs = useApp(({ engine }) => engine.state === 'running' || engine.state === 'restarting')
  const start = useStart(runs)
  return (
    <section className="changes-details" aria-label={planTitle(runs)}>
      <div className="details-head">
        <h2>{planTitle(runs)}</h2>
        <span className="grow" />
        <Button small icon={RefreshCw} disabled={asking} onClick={() => void plan.look()}>
          Ask again
        </Button>
        {start !== undefined && (
          <Button small kind="primary" onClick={start}>
            {runs ? 'Stop and start again' : 'Start sync'}
          </Button>
        )}
      </div>
      <div className="changes-plan">
        <PlannedSteps />
      </div>
    </section>
  )
}

export function planTitle(runs: boolean): string {
  return runs ? 'What starting again changes' : 'What starting changes'
}
