import type { PublicSchemaView } from '../../../../main/contract/contract.ts'
import { useLayout, useProgram } from '../../../stores/program.ts'
import { useWhole } from '../../../stores/with-teams.ts'
import { formatPlural } from '../../../text/format-number.ts'
import { Section } from '../../inspector/section.tsx'

type Version = PublicSchemaView['versions'][number]

/** Every version, the newest first: what became of the one before, and who reads which major. */
export function VersionsTab({ schema }: { schema: PublicSchemaView }) {
  const majors = [...Map.groupBy(schema.versions, ({ version }) => majorOf(version))].toReversed()
  return majors.map(([major, versions]) => <Major key={major} schema={schema} major={major} versions={versions} />)
}

function Major({ schema, major, versions }: { schema: PublicSchemaView; major: string; versions: readonly Version[] }) {
  const { layout } = useProgram()
  const id = `${schema.manifest}/${schema.name}@${major}`
  const readers = useWhole(({ consumers }) => consumers)?.filter(({ publicSchema }) => publicSchema === id)
  const selected = useLayout(({ selection }) => selection?.id === id)
  const current = versions.at(-1)?.version
  return (
    <Section
      title={`Major ${major}`}
      right={
        <span className="section-right">
          <span className="muted">{formatPlural(readers?.length ?? 0, 'consumer')}</span>
          {selected ? (
            <span className="word-chip">shown</span>
          ) : (
            <button type="button" className="link" onClick={() => layout.select({ kind: 'schema', id })}>
              Show
            </button>
          )}
        </span>
      }
    >
      {versions.toReversed().map((version) => (
        <div key={version.version} className="version">
          <p className="version-head">
            <span className="mono strong">{version.version}</span>
            <span className="word-chip">{version.version === current ? 'published' : `replaced by ${current}`}</span>
            {version.deprecated && <span className="word-chip word-chip-warn">deprecated</span>}
          </p>
          <Changes version={version} first={schema.versions[0] === version} />
        </div>
      ))}
    </Section>
  )
}

function Changes({ version: { changes }, first }: { version: Version; first: boolean }) {
  if (first) return <p className="muted">The first one here.</p>
  if (changes.length === 0) return <p className="muted">Columns and key as in the one before.</p>
  return (
    <ul className="version-changes">
      {changes.map(({ needs, what }) => (
        <li key={what}>
          <span className={`word-chip ${needs === 'major' ? 'word-chip-error' : 'word-chip-ok'}`}>
            {needs === 'major' ? 'breaks' : 'keeps'}
          </span>
          <span className="selectable">{sentenceOf(what)}</span>
        </li>
      ))}
    </ul>
  )
}

function sentenceOf(what: string): string {
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}`
}

function majorOf(version: string): string {
  return version.slice(0, version.indexOf('.'))
}
