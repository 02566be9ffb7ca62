import { Check } from 'lucide-react'
import type { PublicSchemaView } from '../../../main/contract/contract.ts'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { formatPlural } from '../../text/format-number.ts'
import { ColumnName, ColumnsTable } from './columns-table.tsx'
import { SourceField } from './source-field.tsx'

interface ContractPaneProps {
  readonly schema: PublicSchemaView | undefined
  /** Columns that no statement uses; `undefined` while that is not known. */
  readonly unused: readonly string[] | undefined
  readonly onSource: (schema: PublicSchemaView) => void
}

/** What may be relied on: the columns of the public schema, and which of them the SQL uses. */
export function ContractPane({ schema, unused, onSource }: ContractPaneProps) {
  return (
    <section className="cs-pane cs-contract" aria-label="Source contract">
      <div className="cs-pane-head">
        <h2 className="grow">Source contract</h2>
        {schema !== undefined && <span className="muted">{formatPlural(schema.columns.length, 'column')}</span>}
      </div>
      <div className="cs-pane-field">
        <SourceField schema={schema} onSource={onSource} />
      </div>
      {schema !== undefined && <Terms schema={schema} />}
      {schema !== undefined && <Columns schema={schema} unused={unused} />}
    </section>
  )
}

function Columns({ schema, unused }: { schema: PublicSchemaView; unused: readonly string[] | undefined }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="cs-scroll" tabIndex={0} aria-label={`Columns of ${schema.name}`}>
      <ColumnsTable mark="Used" last="Nullable">
        {schema.columns.map(({ name, type, nullable, description }) => {
          const isUnused = unused?.includes(name) ?? false
          return (
            <tr key={name} className={isUnused ? 'cs-unused' : ''} title={description}>
              <td className="cs-mark">
                {unused !== undefined && !isUnused && <Check size={12} role="img" aria-label="used" />}
                {isUnused && <span className="visually-hidden">not used</span>}
              </td>
              <ColumnName name={name} isKey={schema.key.includes(name)} />
              <td className="mono text-2">{type ?? 'not said'}</td>
              <td className="text-2">{nullable ? 'yes' : 'no'}</td>
            </tr>
          )
        })}
      </ColumnsTable>
      {unused !== undefined && unused.length > 0 && (
        <p className="cs-text text-2">
          {formatPlural(unused.length, 'column')} of it {unused.length === 1 ? 'is' : 'are'} not written anywhere.
        </p>
      )}
    </section>
  )
}

/** What stands in the way of consuming it, as its owner has it. */
function Terms({ schema: { access, deprecated, key, manifest } }: { schema: PublicSchemaView }) {
  return (
    <>
      {deprecated !== undefined && (
        <p className="cs-term">
          <StatusGlyph glyph="retrying" label="warning" />
          <span>Deprecated: it takes no new consumers. {deprecated}</span>
        </p>
      )}
      {key.length === 0 && (
        <p className="cs-term">
          <StatusGlyph glyph="failed" label="error" />
          <span>Its manifest names no key, so there is nothing to find a row by.</span>
        </p>
      )}
      {access !== undefined && (
        <p className="cs-term text-2">Only manifests called {access.join(', ') || manifest} may consume it.</p>
      )}
    </>
  )
}
