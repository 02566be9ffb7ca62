import { Button } from '../../components/button.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { useProgram, useSchemaReviews } from '../../stores/program.ts'
import type { EditedDraft } from '../../stores/schema-drafts-store.ts'

/** Somebody has written the files since the editing began: another window, another editor, a pull. */
export function OutsideBar({ draft: { id, outside } }: { draft: EditedDraft }) {
  const { schemaDrafts, schemaReviews } = useProgram()
  const compared = useSchemaReviews((state) => state.compared.has(id))
  const isGone = outside?.form === undefined
  const decide = (act: (id: string) => void) => () => {
    schemaReviews.up(id)
    act(id)
  }
  return (
    <div className="draft-outside" role="status">
      <StatusGlyph glyph="retrying" size={12} />
      <span className="strong">{isGone ? 'It was taken out of its files' : 'Its files were changed outside'}</span>
      <span className="text-2 grow ellipsis">
        {isGone ? 'Keep yours, and Apply makes it anew.' : 'Your draft is kept until you choose.'}
      </span>
      {!isGone && (
        <Button small onClick={decide(schemaDrafts.reload)}>
          Reload
        </Button>
      )}
      <Button small onClick={decide(schemaDrafts.keepMine)}>
        Keep mine
      </Button>
      {!isGone && (
        <Button small aria-pressed={compared} onClick={() => schemaReviews.compare(id, !compared)}>
          Compare
        </Button>
      )}
    </div>
  )
}
