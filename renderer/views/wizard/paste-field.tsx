import { Check, Info } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Field } from '../../components/field.tsx'
import { useProgram, useWizard } from '../../stores/program.ts'

/** Whatever a person has: it is read as it is pasted or typed, and its password becomes dots. */
export function PasteField({ focused }: { focused: boolean }) {
  const { wizard } = useProgram()
  const pasted = useWizard((state) => state.pasted)
  const area = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (focused) area.current?.focus()
  }, [focused])
  return (
    <div aria-live="polite">
      <Field label="Paste a URL, a psql line, .env lines or a compose file">
        {(control) => (
          <textarea
            {...control}
            ref={area}
            className="form-input wizard-paste mono"
            rows={3}
            spellCheck={false}
            autoComplete="off"
            value={pasted?.text ?? ''}
            onChange={({ target, nativeEvent }) => {
              const isPaste = 'inputType' in nativeEvent && nativeEvent.inputType === 'insertFromPaste'
              void wizard.paste(target.value, isPaste)
            }}
            onBlur={wizard.hidePasted}
          />
        )}
      </Field>
      {pasted?.found !== undefined && (
        <p className="wizard-found">
          <Check size={14} aria-hidden /> {pasted.found}
        </p>
      )}
      {pasted?.notes.map((note) => (
        <p key={note} className="wizard-note">
          <Info size={14} strokeWidth={1.6} aria-hidden /> {note}
        </p>
      ))}
    </div>
  )
}
