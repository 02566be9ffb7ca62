import { Fragment } from 'react'
import type { PlanNode } from '../../../sync-core/domain/query-plan.ts'
import { Button } from '../../components/button.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { useLate } from '../../components/use-late.ts'
import { useProgram } from '../../stores/program.ts'
import { formatCount } from '../../text/format-number.ts'
import { useEditor } from './editing.ts'

/** How the server would find the rows for some changed ones; nothing is run. */
export function PlanPanel() {
  const { actions } = useProgram()
  const { asking, value, failure } = useEditor((state) => state.plan)
  const late = useLate(asking && value === undefined)
  if (failure !== undefined) return <FailureNote failure={failure} />
  if (value === undefined)
    return (
      <p className="publish-note">{late ? 'Asking for the plan…' : 'The plan stands here once the SQL can be run.'}</p>
    )
  return (
    <div className="publish-plan">
      {value.diagnostics.map(({ message, hint, severity, cure }) => (
        <div key={message} className="publish-plan-warning">
          <StatusGlyph glyph={severity === 'error' ? 'failed' : 'retrying'} size={10} />
          <p className="grow selectable">
            {message}. <span className="text-2">{hint}</span>
          </p>
          {cure !== undefined && (
            <Button small onClick={() => actions.copy(cure, 'the index')}>
              Copy the index
            </Button>
          )}
        </div>
      ))}
      {value.root !== undefined && (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">Step, for {value.keys} changed rows</th>
              <th scope="col">Table</th>
              <th scope="col" className="right">
                Rows
              </th>
              <th scope="col" className="right">
                Cost
              </th>
              <th scope="col">Condition</th>
            </tr>
          </thead>
          <tbody>
            <Steps node={value.root} depth={0} path="0" />
          </tbody>
        </table>
      )}
    </div>
  )
}

function Steps({ node, depth, path }: { node: PlanNode; depth: number; path: string }) {
  const { what, table, index, condition, rowsEstimated, cost, inputs } = node
  return (
    <>
      <tr>
        <td style={{ paddingLeft: 12 + depth * 14 }}>{what}</td>
        <td className="mono text-2">{[table, index].filter((name) => name !== undefined).join(' · ')}</td>
        <td className="right num">{formatCount(rowsEstimated)}</td>
        <td className="right num">{cost.toFixed(1)}</td>
        <td className="mono text-2" title={condition}>
          {condition}
        </td>
      </tr>
      {inputs.map((input, place) => (
        <Fragment key={`${path}.${String(place)}`}>
          <Steps node={input} depth={depth + 1} path={`${path}.${place}`} />
        </Fragment>
      ))}
    </>
  )
}
