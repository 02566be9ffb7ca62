import { Dialog } from 'radix-ui'
import { Button } from '../../components/button.tsx'
import { DiffView } from '../../components/diff-view.tsx'
import type { EditedConsumer } from '../../stores/schema-drafts-store.ts'
import { type StatementId, statements, textOfStatement } from './statements.ts'
import type { Generate } from './use-generate.ts'

const maxHeightPx = 240

/** Before written SQL is replaced by generated: what of it would be another one. */
export function ReplaceDialog({ generate, form }: { generate: Generate; form: EditedConsumer['form'] }) {
  const { proposal, accept, reject } = generate
  const after = (id: StatementId) => proposal?.[id] ?? ''
  const changed = statements.filter(({ id }) => proposal !== undefined && after(id) !== textOfStatement(form, id))
  return (
    <Dialog.Root open={proposal !== undefined} onOpenChange={(open) => !open && reject()}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content className="dialog cs-dialog" aria-describedby={undefined}>
          <Dialog.Title className="dialog-title">Replace what you wrote with what was generated?</Dialog.Title>
          <div className="cs-dialog-parts">
            {changed.map(({ id, name }) => (
              <section key={id} className="cs-dialog-part">
                <h3>{name}</h3>
                <DiffView
                  before={textOfStatement(form, id)}
                  after={after(id)}
                  language="sql"
                  label={`${name}: written and generated`}
                  maxHeightPx={maxHeightPx}
                />
              </section>
            ))}
          </div>
          <div className="dialog-footer">
            <span className="grow" />
            <Button onClick={reject}>
              Keep mine <kbd>Esc</kbd>
            </Button>
            <Button kind="primary" onClick={accept}>
              Replace
            </Button>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
