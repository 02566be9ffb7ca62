import { FolderOpen } from 'lucide-react'
import { IconButton } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { useProgram, useWizard } from '../../stores/program.ts'

const files = [
  ['ca', 'Certificate authority'],
  ['cert', 'Own certificate'],
  ['key', 'Key of that certificate'],
] as const

/** Files in PEM, where the mode uses any. */
export function TlsFiles() {
  const { wizard, invoke } = useProgram()
  const form = useWizard((state) => state.form)
  const errors = useWizard((state) => state.errors)
  if (form === undefined || form.tls === 'address' || form.tls === 'disable') return null
  const choose = async (field: (typeof files)[number][0]) => {
    const answer = await invoke('connection.chooseFile', undefined)
    if (answer.ok && answer.value.path !== undefined) wizard.change({ [field]: answer.value.path })
  }
  return files.map(([field, label]) => (
    <Field key={field} label={label} error={errors?.[field]} className="form-alone">
      {(control) => (
        <span className="form-input form-input-with-button">
          <input
            {...control}
            className="mono"
            type="text"
            spellCheck={false}
            value={form[field]}
            placeholder={field === 'ca' && form.tls !== 'verify-ca' ? 'of the system' : ''}
            onChange={({ target }) => wizard.change({ [field]: target.value })}
          />
          <IconButton icon={FolderOpen} size={14} label={`Choose: ${label}`} onClick={() => void choose(field)} />
        </span>
      )}
    </Field>
  ))
}
