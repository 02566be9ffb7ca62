import { useEffect, useRef, useState } from 'react'
import type { FailureView, PublicSchemaView } from '../../../../main/contract/contract.ts'
import { Button } from '../../../components/button.tsx'
import { FailureNote } from '../../../components/failure-blocks.tsx'
import { Ago } from '../../../components/time.tsx'
import { useLate } from '../../../components/use-late.ts'
import { useProgram } from '../../../stores/program.ts'
import { cellText, type JsonValue, parseJson } from '../../../text/lossless-json.ts'
import { Section } from '../../inspector/section.tsx'
import { readLastRows, type StoredRow } from '../read-last-rows.ts'

type Looked =
  | { readonly state: 'not yet' | 'looking' }
  | { readonly state: 'rows'; readonly rows: readonly StoredRow[]; readonly at: number }
  | { readonly state: 'failed'; readonly failure: FailureView }

/** The rows that were published last, out of the event store, when a person asks for them. */
export function RowsTab({ schema }: { schema: PublicSchemaView }) {
  const { invoke } = useProgram()
  const [looked, setLooked] = useState<Looked>({ state: 'not yet' })
  const shown = useRef(true)
  useEffect(() => {
    shown.current = true
    return () => {
      shown.current = false
    }
  }, [])
  const late = useLate(looked.state === 'looking')
  const look = async () => {
    setLooked({ state: 'looking' })
    const answer = await readLastRows(invoke, schema.id)
    if (!shown.current) return
    setLooked(
      answer.ok ? { state: 'rows', rows: answer.rows, at: Date.now() } : { state: 'failed', failure: answer.failure },
    )
  }
  return (
    <Section
      title="Last rows"
      right={
        looked.state === 'rows' ? (
          <span className="muted">
            read <Ago at={looked.at} />
          </span>
        ) : undefined
      }
    >
      <p className="inspector-text text-2">
        As they were published last, read from the event store of this computer; the source is not asked.
      </p>
      <p className="rows-ask">
        <Button disabled={looked.state === 'looking'} onClick={() => void look()}>
          {looked.state === 'rows' ? 'Read again' : 'Show the last rows'}
        </Button>
        {late && (
          <span className="text-2" role="status">
            Reading…
          </span>
        )}
      </p>
      {looked.state === 'failed' && <FailureNote failure={looked.failure} />}
      {looked.state === 'rows' && looked.rows.length === 0 && <p className="muted">No row of it is stored yet.</p>}
      {looked.state === 'rows' && looked.rows.length > 0 && <Rows schema={schema} rows={looked.rows} />}
    </Section>
  )
}

function Rows({ schema, rows }: { schema: PublicSchemaView; rows: readonly StoredRow[] }) {
  const values = rows.map(({ offset, payload }) => ({ offset, payload, columns: columnsOf(payload) }))
  const given = values.flatMap(({ columns }) => [...columns.keys()])
  const names = [...new Set([...schema.columns.map(({ name }) => name), ...given])]
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="rows-scroll" tabIndex={0} aria-label={`Last rows of ${schema.name}`}>
      <table className="rows">
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {values.map(({ offset, columns }) => (
            <tr key={offset}>
              {names.map((name) => (
                <Cell key={name} value={columns.get(name)} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Cell({ value }: { value: JsonValue | undefined }) {
  if (value === undefined) return <td />
  if (value.type === 'null') return <td className="null">NULL</td>
  const text = cellText(value).slice(0, maxShown)
  return (
    <td className={value.type === 'number' ? 'right num selectable' : 'selectable'} title={text}>
      {text}
    </td>
  )
}

const maxShown = 2_000

/** By name, every value as it stood. */
function columnsOf(payload: string): ReadonlyMap<string, JsonValue> {
  const value = parseJson(payload)
  return new Map(value?.type === 'object' ? value.members.map(({ name, value: member }) => [name, member]) : [])
}
