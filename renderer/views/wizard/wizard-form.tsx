import { ShieldCheck } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import type { ConnectionForm } from '../../../main/contract/connection-edit.ts'
import { SelectField, TextField } from '../../components/field.tsx'
import { useProgram, useWizard } from '../../stores/program.ts'
import { useTakenSlug } from '../../stores/use-taken-name.ts'
import { EnvironmentField } from './environment-field.tsx'
import { PasswordField } from './password-field.tsx'
import { PasteField } from './paste-field.tsx'
import { TlsFiles } from './tls-files.tsx'

const uses = [
  ['both', 'Both'],
  ['source', 'Source'],
  ['destination', 'Destination'],
] as const

const tlsModes = [
  ['address', 'Automatic'],
  ['verify-full', 'verify-full'],
  ['verify-ca', 'verify-ca'],
  ['require', 'require'],
  ['disable', 'disable'],
] as const

/** Where the database is and who one is there. Enter tests it, from any field. */
export function WizardForm() {
  const { wizard } = useProgram()
  const form = useWizard((state) => state.form)
  const errors = useWizard((state) => state.errors) ?? {}
  const saved = useWizard((state) => state.connection)
  const taken = useTakenSlug()
  const scroll = useRef<HTMLDivElement>(null)
  const faults = Object.keys(errors).length
  useEffect(() => {
    if (faults > 0) scroll.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [faults])
  if (form === undefined) return null
  const text = (field: 'slug' | 'host' | 'port' | 'user' | 'database') => ({
    value: form[field],
    error: errors[field],
    onChange: ({ target }: { target: { value: string } }) => wizard.change({ [field]: target.value }),
  })
  const submit = (event: KeyboardEvent<HTMLElement>) => {
    const isField = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement
    if (event.key !== 'Enter' || !isField || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    void wizard.test()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter in any of its fields tests
    <div className="wizard-form" onKeyDown={submit}>
      <div className="wizard-scroll" ref={scroll}>
        <h1>{saved === undefined ? 'Connect a database' : `Change ${saved.slug}`}</h1>
        <p className="wizard-lead">Paste what you have, or fill in the fields.</p>
        <PasteField focused={saved === undefined} />
        <div className="form-row">
          <TextField label="Name" className="grow" {...text('slug')} error={errors.slug ?? taken} />
          <SelectField
            label="Used as"
            value={form.use}
            options={uses}
            onChoose={(use: ConnectionForm['use']) => wizard.change({ use })}
          />
        </div>
        <div className="form-row">
          <TextField label="Host" className="grow" {...text('host')} />
          <TextField label="Port" className="form-port" inputMode="numeric" placeholder="5432" {...text('port')} />
        </div>
        <div className="form-row form-halves">
          <TextField label="Database" {...text('database')} />
          <TextField label="User" {...text('user')} />
        </div>
        <div className="form-row">
          <PasswordField />
          <SelectField
            label="TLS"
            value={form.tls}
            options={tlsModes}
            onChoose={(tls: ConnectionForm['tls']) => wizard.change({ tls })}
          />
        </div>
        <TlsFiles />
        <EnvironmentField />
      </div>
      <p className="wizard-promise">
        <ShieldCheck size={14} strokeWidth={1.6} aria-hidden /> The test reads. It writes only what you apply.
      </p>
    </div>
  )
}
