import { ChevronDown, ChevronRight, Copy, RotateCw } from 'lucide-react'
import { useState } from 'react'
import type { CheckStepView } from '../../../main/contract/connection-check.ts'
import { Button } from '../../components/button.tsx'
import { ConfirmProduction } from '../../components/confirm-production.tsx'
import { SqlText } from '../../components/sql-text.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { useProgram, useWizard } from '../../stores/program.ts'
import type { ApplyOptions } from '../../stores/wizard-test.ts'
import { formatPlural } from '../../text/format-number.ts'
import { Administrator } from './administrator.tsx'
import { Places } from './places.tsx'

/** What cures a step: its SQL to be looked at and applied, or where it is done; and the step asked again. */
export function StepCure({ step, busy }: { step: CheckStepView; busy: boolean }) {
  const { fix, places, state } = step
  if (state !== 'failed' && state !== 'warning') return null
  return (
    <>
      {places !== undefined && places.length > 0 && <Places places={places} />}
      {fix !== undefined && <StepSql step={step} fix={fix} busy={busy} />}
      {fix === undefined && (
        <div className="step-actions">
          <CheckAgain step={step} busy={busy} />
        </div>
      )}
    </>
  )
}

function CheckAgain({ step, busy }: { step: CheckStepView; busy: boolean }) {
  const { wizard } = useProgram()
  const isRunning = useWizard(({ test }) => test.state === 'running') ?? false
  return (
    <Button
      small
      kind="quiet"
      icon={RotateCw}
      disabled={busy || isRunning}
      aria-label={`Check again: ${step.title}`}
      onClick={() => void wizard.recheck(step.id)}
    >
      Check again
    </Button>
  )
}

interface StepSqlProps {
  readonly step: CheckStepView
  readonly fix: NonNullable<CheckStepView['fix']>
  readonly busy: boolean
}

/** Nothing runs before it was shown: on production it is shown once more, and asked. */
function StepSql({ step, fix, busy }: StepSqlProps) {
  const { wizard, actions } = useProgram()
  const [shown, setShown] = useState(false)
  const [administrator, setAdministrator] = useState({ user: '', password: '' })
  const [asking, setAsking] = useState(false)
  const isProduction = useWizard(
    ({ form, connection }) => form.environment === 'production' || connection?.environment === 'production',
  )
  const name = useWizard(({ form }) => form.slug)
  const user = useWizard(({ form }) => form.user)
  const isStale = useWizard(({ test }) => test.stale || test.state === 'running') ?? true
  const sql = `${fix.statements.join(';\n')};`
  const Chevron = shown ? ChevronDown : ChevronRight
  const run = (confirmed: boolean) => {
    const options: ApplyOptions = fix.mayRun ? { confirmed } : { confirmed, administrator }
    void wizard.apply(step, options)
  }
  return (
    <>
      {shown && <SqlText sql={sql} />}
      {shown && !fix.mayRun && <Administrator by={fix.by} value={administrator} onChange={setAdministrator} />}
      <div className="step-actions">
        <Button small icon={Chevron} aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shown ? 'Hide SQL' : 'Show SQL'}
        </Button>
        {shown && (
          <Button
            small
            disabled={busy || isStale || (!fix.mayRun && administrator.user === '')}
            onClick={() => (isProduction === true ? setAsking(true) : run(false))}
          >
            {fix.restart ? 'Apply, then restart it yourself' : 'Apply'}
          </Button>
        )}
        {shown && (
          <Button small kind="quiet" icon={Copy} onClick={() => void actions.copy(sql, 'the SQL')}>
            Copy
          </Button>
        )}
        <CheckAgain step={step} busy={busy} />
        {shown && isProduction === true && (
          <span className="step-production">
            <StatusGlyph glyph="retrying" /> Production: asks before it writes
          </span>
        )}
      </div>
      <ConfirmProduction
        open={asking}
        onOpenChange={setAsking}
        title={`Write to ${name}?`}
        text={
          <>
            {formatPlural(fix.statements.length, 'statement')} {fix.statements.length === 1 ? 'runs' : 'run'} as{' '}
            <code>{fix.mayRun ? user : administrator.user}</code>.
          </>
        }
        aside={
          <Button kind="quiet" icon={Copy} onClick={() => void actions.copy(sql, 'the SQL')}>
            Copy SQL
          </Button>
        }
        action="Run on production"
        onYes={() => run(true)}
      >
        <SqlText sql={sql} />
      </ConfirmProduction>
    </>
  )
}
