import { RefreshCw, Trash2 } from 'lucide-react'
import { Dialog } from 'radix-ui'
import type { FormEvent } from 'react'
import type { TeamView } from '../../../main/contract/contract.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { Field } from '../../components/field.tsx'
import { Ago } from '../../components/time.tsx'
import { useApp, useProgram, useTeams } from '../../stores/program.ts'
import { formatPlural } from '../../text/format-number.ts'

const none: readonly TeamView[] = []

/** Other teams' repositories: added by address, fetched, looked at, and taken away again. */
export function Teams() {
  const { teams: store } = useProgram()
  const open = useTeams((state) => state.open)
  const teams = useApp((state) => state.workspace?.teams ?? none)
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && store.close()}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content className="dialog teams">
          <Dialog.Title className="dialog-title">Repositories of other teams</Dialog.Title>
          <Dialog.Description className="dialog-text">
            What they publish and consume stands in your catalogue and graph. It is never changed from here, and never
            run. Fetched with your own git; the list is in rejot-desktop.json, which your team shares.
          </Dialog.Description>
          {teams.length > 0 && (
            <ul className="teams-list" aria-label="Repositories">
              {teams.map((team) => (
                <Team key={team.url} team={team} />
              ))}
            </ul>
          )}
          <AddTeam />
          <div className="dialog-footer">
            <Button onClick={store.close}>Close</Button>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Team({ team }: { team: TeamView }) {
  const { teams: store } = useProgram()
  const { url, name, fetching, failure, faults } = team
  return (
    <li>
      <div className="teams-line">
        <div className="grow teams-about">
          <p className="strong ellipsis selectable" title={url}>
            {name}
          </p>
          <p className="muted ellipsis selectable" title={url}>
            {url}
          </p>
          <p className="text-2" role="status">
            <TeamState team={team} />
          </p>
        </div>
        <IconButton
          icon={RefreshCw}
          label={`Fetch ${name}`}
          disabled={fetching}
          onClick={() => void store.fetch(url)}
        />
        <IconButton icon={Trash2} label={`Remove ${name}`} disabled={fetching} onClick={() => void store.remove(url)} />
      </div>
      {failure !== undefined && (
        <div className="teams-failure">
          <FailureNote failure={failure} />
        </div>
      )}
      {faults.length > 0 && (
        <p className="teams-fault tone-warn selectable">
          {formatPlural(faults.length, 'problem')} in its manifests: {faults[0]}
        </p>
      )}
    </li>
  )
}

function TeamState({
  team: { fetching, fetchedAt, failure, manifests, publicSchemas, consumers },
}: {
  team: TeamView
}) {
  if (fetching) return 'Fetching …'
  if (fetchedAt === undefined)
    return failure === undefined ? 'Not fetched on this computer yet.' : 'Never fetched on this computer.'
  const what =
    manifests.length === 0
      ? 'No manifest'
      : `${formatPlural(manifests.length, 'manifest')}, ${formatPlural(publicSchemas.length, 'public schema')}, ${formatPlural(consumers.length, 'consumer')}`
  return (
    <>
      {what}; fetched <Ago at={fetchedAt} />
      {failure !== undefined && ', and not since'}
    </>
  )
}

function AddTeam() {
  const { teams: store } = useProgram()
  const { address, failure, busy } = useTeams((state) => state)
  const add = (event: FormEvent) => {
    event.preventDefault()
    void store.add()
  }
  return (
    <form className="teams-add" onSubmit={add}>
      <Field label="Address, as for git clone; with #branch behind it for another branch than its own">
        {(control) => (
          <input
            {...control}
            className="form-input mono"
            value={address}
            spellCheck={false}
            autoComplete="off"
            placeholder="git@github.com:harbor/crm.git"
            onChange={({ target }) => store.type(target.value)}
          />
        )}
      </Field>
      <button type="submit" className="button button-primary" disabled={busy || address.trim() === ''}>
        Add and fetch
      </button>
      {failure !== undefined && <FailureNote failure={failure} />}
    </form>
  )
}
