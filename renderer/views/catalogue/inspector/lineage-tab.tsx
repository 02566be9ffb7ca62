import { Table2 } from 'lucide-react'
import type { PublicSchemaView } from '../../../../main/contract/contract.ts'
import { SqlView } from '../../../components/sql-view.tsx'
import { StatusGlyph } from '../../../components/status-glyph.tsx'
import type { Glyph } from '../../../stores/object-state.ts'
import { useProgram } from '../../../stores/program.ts'
import { formatPlural } from '../../../text/format-number.ts'
import { Section } from '../../inspector/section.tsx'

const words: Readonly<Record<PublicSchemaView['tables'][number]['state'], readonly [Glyph, string, string]>> = {
  listened: ['ok', 'Listened to', 'A change of its rows publishes'],
  'not-tracked': ['paused', 'Not tracked', 'Its owner knows that changes there do not publish'],
  unheard: ['retrying', 'Not listened to', 'It is read, but changes there do not publish'],
}

/** Where its rows come from: tables, columns, SQL. */
export function LineageTab({ schema }: { schema: PublicSchemaView }) {
  const { actions } = useProgram()
  // The entries of one table carry the same SQL.
  const bySql = [...Map.groupBy(schema.transformations, ({ sql }) => sql)]
  const fed = schema.columns.filter(({ from }) => from.length > 0)
  return (
    <>
      <Section title={formatPlural(schema.tables.length, 'source table')}>
        <ul className="lineage">
          {schema.tables.map(({ table, state }) => {
            const [glyph, word, sentence] = words[state]
            return (
              <li key={table}>
                <Table2 size={14} strokeWidth={1.6} aria-hidden />
                <span className="mono grow ellipsis selectable">{table}</span>
                <span className={`state-word ${glyph === 'retrying' ? 'tone-warn' : 'tone-quiet'}`} title={sentence}>
                  <StatusGlyph glyph={glyph} /> {word}
                </span>
              </li>
            )
          })}
        </ul>
      </Section>
      {fed.length > 0 && (
        <Section title="Columns come from">
          <dl className="lineage-columns">
            {fed.map(({ name, from }) => (
              <div key={name}>
                <dt className="mono ellipsis" title={name}>
                  {name}
                </dt>
                <dd className="mono selectable">{from.join(', ')}</dd>
              </div>
            ))}
          </dl>
        </Section>
      )}
      {bySql.map(([sql, transformations]) => {
        const tables = [...new Set(transformations.map(({ table }) => table))].join(', ')
        return (
          <Section
            key={sql}
            title={`When ${tables} changes`}
            right={
              <button type="button" className="link" onClick={() => actions.copy(sql, 'the SQL')}>
                Copy
              </button>
            }
          >
            <SqlView sql={sql} label={`SQL of ${schema.name} when ${tables} changes`} />
          </Section>
        )
      })}
    </>
  )
}
