import { Lock, Wifi } from 'lucide-react'
import { ErrorBlock } from '../../components/error-block.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { useApp, useFailure } from '../../stores/program.ts'
import './first-run.css'
import { FirstWalk } from './first-walk.tsx'
import { OneRow } from './one-row.tsx'
import { Opening } from './opening.tsx'
import { Recent } from './recent.tsx'
import { WaysIn } from './ways-in.tsx'

/** What is shown while no workspace is open: three ways in, and what there is to expect. */
export function FirstRun() {
  const opening = useApp((state) => state.opening)
  const sample = useApp((state) => state.sample)
  const failure = useFailure('workspace')
  return (
    <main className="first-run">
      <div className="first-run-columns">
        <div className="first-run-main">
          <h1>Share rows between databases, by contract.</h1>
          <p className="first-run-lead">
            You publish a dataset in SQL, another team writes it into its own database in SQL, and every changed row
            follows within milliseconds.
          </p>
          {opening !== undefined ? <Opening progress={opening} /> : <WaysIn />}
          {opening === undefined && failure !== undefined && <FailureNote failure={failure} />}
          {opening === undefined && failure === undefined && sample.state === 'failed' && (
            <ErrorBlock
              message={sample.message ?? 'The sample databases could not be started'}
              solution="Try it again. If it stays so, the log in the program's folder says more."
            />
          )}
          <Recent />
          <OneRow />
          <p className="first-run-promise">
            <span className="promise">
              <Lock size={14} aria-hidden /> No account, no telemetry
            </span>
            <span className="promise">
              <Wifi size={14} aria-hidden /> Talks only to your databases
            </span>
          </p>
        </div>
        <FirstWalk />
      </div>
    </main>
  )
}
