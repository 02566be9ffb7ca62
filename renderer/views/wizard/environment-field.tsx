import type { ConnectionForm } from '../../../main/contract/connection-edit.ts'
import { useProgram, useWizard } from '../../stores/program.ts'

const environments = [
  ['development', 'Development'],
  ['staging', 'Staging'],
  ['production', 'Production'],
] as const

/** What kind of database it is. Pressed again, the label goes. */
export function EnvironmentField() {
  const { wizard } = useProgram()
  const chosen = useWizard((state) => state.form.environment)
  const choose = (environment: NonNullable<ConnectionForm['environment']>) =>
    wizard.change({ environment: chosen === environment ? undefined : environment })
  return (
    <div className="form-field form-alone">
      <span className="form-label" id="environment">
        Environment
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as one row of segments */}
      <div className="segments segments-wide" role="group" aria-labelledby="environment">
        {environments.map(([id, name]) => (
          <button key={id} type="button" aria-pressed={chosen === id} onClick={() => choose(id)}>
            <span className={chosen === id ? `env-${id}` : ''}>{name}</span>
          </button>
        ))}
      </div>
      {chosen === 'production' && <p className="form-hint">Asks before each write to it.</p>}
    </div>
  )
}
