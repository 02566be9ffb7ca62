import type { ManifestDifferenceView, RepositoryView } from '../../../main/contract/repository.ts'
import { Button } from '../../components/button.tsx'
import { kindNames, ObjectChip, type ObjectKind } from '../../components/object-icon.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { useApp, useProgram } from '../../stores/program.ts'
import { formatPlural } from '../../text/format-number.ts'

const kinds: Readonly<
  Record<ManifestDifferenceView['kind'], Extract<ObjectKind, 'connection' | 'schema' | 'consumer'>>
> = {
  connection: 'connection',
  'public schema': 'schema',
  'consumer schema': 'consumer',
}
const states: Readonly<Record<ManifestDifferenceView['state'], string>> = {
  added: 'New',
  changed: 'Changed',
  removed: 'Removed',
}

/** What the changed manifests say otherwise than the committed ones: for those who review contracts, not lines. */
export function Meaning({ repository }: { repository: RepositoryView }) {
  const { differences, files } = repository
  const conflicted = files.filter(({ state }) => state === 'conflicted')
  return (
    <section className="changes-details" aria-label="What it means">
      <div className="details-head">
        <h2>What it means</h2>
      </div>
      {conflicted.length > 0 && <Undecided paths={conflicted.map(({ path }) => path)} />}
      <FilesAhead />
      {differences.length === 0 ? (
        conflicted.length === 0 && (
          <p className="meaning-none">
            The manifests say the same as before: only their layout differs, or files beside them.
          </p>
        )
      ) : (
        <ul className="meaning">
          {differences.map((difference) => (
            <Difference key={`${difference.kind} ${difference.id}`} difference={difference} />
          ))}
        </ul>
      )}
    </section>
  )
}

/** Two people changed the same: before that is decided a manifest says nothing. */
function Undecided({ paths }: { paths: readonly string[] }) {
  const { repository: git } = useProgram()
  const [first = ''] = paths
  return (
    <div className="meaning-note">
      <p className="grow">
        {formatPlural(paths.length, 'file')} {paths.length === 1 ? 'is' : 'are'} in conflict. What all of it means is
        known once that is decided.
      </p>
      <Button small onClick={() => git.select(first)}>
        Decide {first.slice(first.lastIndexOf('/') + 1)}
      </Button>
    </div>
  )
}

/** A commit of these files would hold two contracts of one name. */
function FilesAhead() {
  const { commands } = useProgram()
  const ids = useApp((state) => state.changedFiles)
  if (ids.length === 0) return null
  const names = ids.map((id) => id.slice(id.lastIndexOf('/') + 1)).join(', ')
  return (
    <div className="meaning-note">
      <p className="grow selectable">
        {ids.length === 1 ? `The file of ${names} says` : `The files of ${names} say`} something else than the manifest.
        Collect it, so that what is committed agrees.
      </p>
      <Button small onClick={() => commands.run('definitions.collect')}>
        Collect…
      </Button>
    </div>
  )
}

function Difference({ difference }: { difference: ManifestDifferenceView }) {
  const { kind, id, state, version, changes, fault, readBy } = difference
  return (
    <li>
      <ObjectChip kind={kinds[kind]} size={24} />
      <div className="grow">
        <p className="meaning-name">
          <span className="strong selectable">{id}</span>
          {version !== undefined && <span className="mono">{version}</span>}
          <span className="muted">
            {kindNames[kinds[kind]]} · {states[state]}
          </span>
        </p>
        {changes.map((change) => (
          <p key={change} className="text-2 selectable">
            It {change}.
          </p>
        ))}
        {fault !== undefined && (
          <p className="meaning-fault tone-error">
            <StatusGlyph glyph="failed" label="Breaking" />
            <span className="selectable">{sentence(fault)}</span>
          </p>
        )}
        {kind === 'public schema' && state !== 'added' && (
          <Readers id={id} readBy={readBy} isBroken={fault !== undefined} />
        )}
      </div>
    </li>
  )
}

/** Those of this repository, of the manifests beside it, and of other teams, as far as theirs was fetched. */
function Readers({ id, readBy, isBroken }: { id: string; readBy: readonly string[]; isBroken: boolean }) {
  const workspace = useApp((app) => app.workspace)
  const known = [...(workspace?.consumers ?? []), ...(workspace?.teams ?? []).flatMap((team) => team.consumers)]
  const readers = [...new Set([...readBy, ...known.filter((one) => one.publicSchema === id).map((one) => one.id)])]
  if (readers.length === 0) return <p className="muted">Nobody in this workspace reads it.</p>
  return (
    <p className="muted selectable">
      {formatPlural(readers.length, 'consumer')} {isBroken ? 'affected' : 'unaffected'}: {readers.join(', ')}
    </p>
  )
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}
