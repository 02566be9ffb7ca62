import { TextField } from '../../components/field.tsx'

interface AdministratorProps {
  /** `a superuser` */
  readonly by: string
  readonly value: { readonly user: string; readonly password: string }
  readonly onChange: (value: { readonly user: string; readonly password: string }) => void
}

/** Somebody who may run what the role itself may not: for this once. */
export function Administrator({ by, value, onChange }: AdministratorProps) {
  return (
    <div className="administrator">
      <p className="form-hint">This takes {by}. Sign in as one just for this: neither name nor password is kept.</p>
      <div className="form-row form-halves">
        <TextField
          label="Administrator"
          value={value.user}
          onChange={({ target }) => onChange({ ...value, user: target.value })}
        />
        <TextField
          label="Their password"
          type="password"
          value={value.password}
          onChange={({ target }) => onChange({ ...value, password: target.value })}
        />
      </div>
    </div>
  )
}
