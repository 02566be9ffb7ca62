import { ChevronDown } from 'lucide-react'
import { type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes, useId } from 'react'
import './form.css'

interface FieldProps {
  readonly label: string
  /** Under the field, in place of the hint. */
  readonly error?: string | undefined
  readonly hint?: ReactNode
  readonly className?: string
  /** Gets what ties the control to its label and to what is said about it. */
  readonly children: (control: Control) => ReactNode
}

interface Control {
  readonly id: string
  readonly 'aria-invalid': boolean | undefined
  readonly 'aria-describedby': string | undefined
}

/** Label, control, and what is wrong with it. */
export function Field({ label, error, hint, className = '', children }: FieldProps) {
  const id = useId()
  const note = error ?? hint
  return (
    <div className={`form-field ${className}`}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-invalid': error === undefined ? undefined : true,
        'aria-describedby': note === undefined ? undefined : `${id}-note`,
      })}
      {note !== undefined && (
        <p id={`${id}-note`} className={error === undefined ? 'form-hint' : 'form-error'}>
          {note}
        </p>
      )}
    </div>
  )
}

interface TextFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string
  readonly error?: string | undefined
  readonly hint?: ReactNode
  readonly ref?: Ref<HTMLInputElement>
  /** It holds words; else something that is written elsewhere to the letter, in mono. */
  readonly words?: boolean
}

export function TextField({ label, error, hint, words = false, className = '', ...input }: TextFieldProps) {
  const look = words ? 'form-input' : 'form-input mono'
  return (
    <Field label={label} error={error} hint={hint} className={className}>
      {(control) => (
        <input className={look} type="text" spellCheck={false} autoComplete="off" {...control} {...input} />
      )}
    </Field>
  )
}

/** The system's own list under one look. Its options are its children. */
export function Select({ small = false, children, ...select }: SelectHTMLAttributes<HTMLSelectElement> & SelectLook) {
  return (
    <span className={`form-select ${small ? 'form-select-small' : ''}`}>
      <select {...select}>{children}</select>
      <ChevronDown size={14} aria-hidden />
    </span>
  )
}

interface SelectLook {
  /** As wide as what is chosen and 24 high, for a bar. */
  readonly small?: boolean
}

interface SelectFieldProps<T extends string>
  extends Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange' | 'value'> {
  readonly label: string
  readonly value: T
  readonly options: readonly (readonly [T, string])[]
  readonly onChoose: (value: T) => void
}

export function SelectField<T extends string>({ label, value, options, onChoose, ...select }: SelectFieldProps<T>) {
  return (
    <Field label={label}>
      {(control) => (
        <Select
          {...control}
          {...select}
          value={value}
          onChange={({ target }) => {
            const chosen = options.find(([option]) => option === target.value)
            if (chosen !== undefined) onChoose(chosen[0])
          }}
        >
          {options.map(([option, name]) => (
            <option key={option} value={option}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}
