import { Eye, EyeOff, Lock, LockOpen } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { useApp, useProgram, useWizard } from '../../stores/program.ts'

/** Never filled with what is kept: that stays with main. Says where it goes. */
export function PasswordField() {
  const { wizard } = useProgram()
  const [shown, setShown] = useState(false)
  const password = useWizard((state) => state.password) ?? ''
  const error = useWizard((state) => state.errors.password)
  const isKept = useWizard(({ draftHasPassword, connection }) => draftHasPassword || connection?.hasPassword === true)
  return (
    <Field label="Password" className="grow" error={error} hint={<Whereabouts />}>
      {(control) => (
        <span className="form-input form-input-with-button">
          <input
            {...control}
            className="mono"
            type={shown ? 'text' : 'password'}
            autoComplete="off"
            spellCheck={false}
            value={password}
            placeholder={isKept === true ? '••••••••••••' : ''}
            onChange={({ target }) => wizard.type(target.value)}
          />
          <IconButton
            icon={shown ? EyeOff : Eye}
            size={14}
            label={shown ? 'Hide the password' : 'Show the password'}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          />
        </span>
      )}
    </Field>
  )
}

function Whereabouts() {
  const { encrypts, keeper } = useApp((state) => state.vault)
  const Icon = encrypts ? Lock : LockOpen
  return (
    <span className={`whereabouts ${encrypts ? 'is-kept' : ''}`}>
      <Icon size={12} aria-hidden />
      {encrypts ? `Kept in ${keeper}, never in the manifest` : 'No keyring here: kept until you quit'}
    </span>
  )
}
