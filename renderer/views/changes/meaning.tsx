import type { ManifestDifferenceView, RepositoryView } from '../../../main/contract/repository.ts'
import { kindNames, ObjectChip, type ObjectKind } from '../../components/object-icon.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
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
  const { differences } = repository
  return (
    <section className="changes-details" aria-label="What it means">
      <div className="details-head">
        <h2>What it means</h2>
      </div>
      {differences.length === 0 ? (
        <p className="meaning-none">
          The manifests say the same as before: only their layout differs, or files beside them.
        </p>
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
        {kind === 'public schema' && state !== 'added' && <Readers readBy={readBy} isBroken={fault !== undefined} />}
      </div>
    </li>
  )
}

function Readers({ readBy, isBroken }: { readBy: readonly string[]; isBroken: boolean }) {
  if (readBy.length === 0) return <p className="muted">Nobody in this workspace reads it.</p>
  return (
    <p className="muted selectable">
      {formatPlural(readBy.length, 'consumer')} {isBroken ? 'affected' : 'unaffected'}: {readBy.join(', ')}
    </p>
  )
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}
