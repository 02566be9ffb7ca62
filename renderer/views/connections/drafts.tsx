import { Pencil, Plug, X } from 'lucide-react'
import { Button, IconButton } from '../../components/button.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { Ago } from '../../components/time.tsx'
import { useApp, useProgram } from '../../stores/program.ts'

/** Connections that were begun and are not in the manifest yet, or changes of one. */
export function Drafts() {
  const drafts = useApp((state) => state.drafts)
  const connections = useApp((state) => state.workspace?.connections)
  const { wizard, actions } = useProgram()
  if (drafts.length === 0) return null
  return (
    <section className="drafts" aria-label="Drafts">
      {drafts.map(({ id, form, connection, savedAt, tested }) => {
        const saved = connections?.find((each) => each.id === connection)
        const name = form.slug === '' ? (form.host === '' ? 'New connection' : form.host) : form.slug
        return (
          <div key={id} className="draft">
            {saved === undefined ? <Plug size={14} aria-hidden /> : <Pencil size={14} aria-hidden />}
            <span className="strong ellipsis">{name}</span>
            <span className="state-word tone-quiet">
              <StatusGlyph glyph="waiting" /> {saved === undefined ? 'Draft' : 'Changed, not saved'}
            </span>
            {tested === 'failed' && (
              <span className="state-word tone-error">
                <StatusGlyph glyph="failed" /> Test failed
              </span>
            )}
            <span className="muted ellipsis">
              <Ago at={savedAt} />
            </span>
            <span className="grow" />
            <Button small onClick={() => void wizard.resume(id)} aria-label={`Continue ${name}`}>
              Continue
            </Button>
            <IconButton icon={X} size={14} label={`Discard ${name}`} onClick={() => void actions.discardDraft(id)} />
          </div>
        )
      })}
    </section>
  )
}
