import { Dialog } from 'radix-ui'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { useApp, useProgram } from '../../stores/program.ts'
import type { EditedPublic } from '../../stores/schema-drafts-store.ts'

interface DeprecateDialogProps {
  readonly draft: EditedPublic
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

/** No new consumers from the next Apply on: who is still there, and what they are told. */
export function DeprecateDialog({ draft, open, onOpenChange }: DeprecateDialogProps) {
  const { schemaDrafts, schemaReviews } = useProgram()
  const consumers = useApp(({ workspace }) => workspace?.consumers)
  const readers = consumers?.filter(({ publicSchema }) => publicSchema === draft.schema) ?? []
  const [note, setNote] = useState('')
  const deprecate = () => {
    schemaDrafts.changePublic(draft.id, { deprecated: note.trim() === '' ? {} : { note: note.trim() } })
    onOpenChange(false)
    void schemaReviews.look(draft.id)
  }
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content className="dialog">
          <Dialog.Title className="dialog-title">
            Deprecate {draft.form.name} {draft.form.major}?
          </Dialog.Title>
          <Dialog.Description className="dialog-text">
            {readers.length === 0
              ? 'Nobody reads it now, and nobody new will be able to begin.'
              : `Still on it: ${readers.map(({ name }) => name).join(', ')}. They go on; nobody new can begin.`}
          </Dialog.Description>
          <Field label="What to use instead" className="form-alone">
            {(control) => (
              <textarea
                className="form-input form-words"
                rows={2}
                {...control}
                value={note}
                placeholder="Read version 2: it has what this one lacks."
                onChange={(event) => setNote(event.target.value)}
              />
            )}
          </Field>
          <div className="dialog-footer">
            <Button onClick={() => onOpenChange(false)}>
              Cancel <kbd>Esc</kbd>
            </Button>
            <Button kind="primary" onClick={deprecate}>
              See what it does
            </Button>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
