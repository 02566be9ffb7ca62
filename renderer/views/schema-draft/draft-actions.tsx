import { Ellipsis } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import { Button, IconButton } from '../../components/button.tsx'
import { Ago } from '../../components/time.tsx'
import { useApp, useProgram } from '../../stores/program.ts'
import { type EditedDraft, isChanged } from '../../stores/schema-drafts-store.ts'
import { MenuContent, MenuItem } from '../shell/menu-item.tsx'
import { DeprecateDialog } from './deprecate-dialog.tsx'

interface DraftActionsProps {
  readonly draft: EditedDraft
  /** What Apply would write, as far as the editor knows: `1.1`. */
  readonly version?: string | undefined
}

/** At the end of an editor's header: since when the draft is kept, and what can be done with it. */
export function DraftActions({ draft, version }: DraftActionsProps) {
  const { schemaReviews, schemaDrafts, tabs } = useProgram()
  const { id } = draft
  const look = () => void schemaReviews.look(id)
  return (
    <div className="draft-actions">
      <span className="draft-saved muted">
        <DraftState draft={draft} />
      </span>
      <Button kind="quiet" onClick={() => schemaDrafts.discard(id, () => tabs.show(id))}>
        Discard
      </Button>
      <Button className="draft-preview" onClick={look}>
        Preview diff
      </Button>
      <Button kind="primary" onClick={look}>
        {version === undefined ? 'Apply…' : `Apply v${version}…`}
      </Button>
      {draft.schema !== undefined && <More draft={draft} />}
    </div>
  )
}

function DraftState({ draft }: { draft: EditedDraft }) {
  const { schema = '', savedAt, unkept, outside } = draft
  // What another editor wrote into its file is in the manifest only once somebody applies it.
  const isFileAhead = useApp(({ changedFiles }) => changedFiles.includes(schema)) && outside === undefined
  if (!isChanged(draft)) return isFileAhead ? 'As in its file, not applied' : 'No changes'
  if (unkept || savedAt === undefined) return 'Saving the draft …'
  return (
    <>
      Draft saved <Ago at={savedAt} />
    </>
  )
}

/** What ends a schema: rare, so not in the way. */
function More({ draft }: { draft: EditedDraft }) {
  const { removals, schemaDrafts } = useProgram()
  const [deprecating, setDeprecating] = useState(false)
  const { id, schema = '', kind } = draft
  const isDeprecated = draft.kind === 'public' && draft.form.deprecated !== undefined
  return (
    <>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <IconButton icon={Ellipsis} label="More" />
        </DropdownMenu.Trigger>
        <MenuContent align="end">
          {kind === 'public' && !isDeprecated && (
            <MenuItem onSelect={() => setDeprecating(true)}>Deprecate this version…</MenuItem>
          )}
          {isDeprecated && (
            <MenuItem onSelect={() => schemaDrafts.changePublic(id, { deprecated: undefined })}>
              Take new consumers again
            </MenuItem>
          )}
          <MenuItem onSelect={() => void removals.look({ kind, id: schema })}>
            {kind === 'public' ? 'Retire this version…' : 'Remove this consumer…'}
          </MenuItem>
        </MenuContent>
      </DropdownMenu.Root>
      {draft.kind === 'public' && <DeprecateDialog draft={draft} open={deprecating} onOpenChange={setDeprecating} />}
    </>
  )
}
