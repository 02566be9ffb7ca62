import { useMemo } from 'react'
import { moveInTable } from '../../components/move-in-table.ts'
import { ObjectIcon } from '../../components/object-icon.tsx'
import { StateWord } from '../../components/state-word.tsx'
import type { Selection } from '../../stores/layout-store.ts'
import { consumerLagMs, readsLabel } from '../../stores/object-state.ts'
import { useApp, useLayout, useProgram, useStatus } from '../../stores/program.ts'
import { useStates } from '../../stores/use-states.ts'
import { formatCompact, formatPlural, formatRate } from '../../text/format-number.ts'
import { formatDuration } from '../../text/format-time.ts'

interface Row {
  readonly selection: Selection
  readonly name: string
  readonly manifest: string
  readonly about: string
  readonly lag: string
  readonly waiting: string
}

/** The graph's content for those who read lists. */
export function OverviewList() {
  const workspace = useApp((state) => state.workspace)
  const status = useStatus((state) => state.status)
  const rates = useStatus((state) => state.rates)
  const selection = useLayout((state) => state.selection)
  const states = useStates()
  const { layout } = useProgram()
  const rows = useMemo<readonly Row[]>(() => {
    if (workspace === undefined) return []
    const live = new Map(status?.consumers.map((consumer) => [consumer.id, consumer]))
    return [
      ...workspace.publicSchemas.map(({ id, name, manifest, version, source }) => ({
        selection: { kind: 'schema' as const, id },
        name,
        manifest,
        about: `v${version} · ${formatPlural(workspace.consumers.filter(({ publicSchema }) => publicSchema === id).length, 'consumer')} · from ${source.slice(source.lastIndexOf('/') + 1)}`,
        lag: '',
        waiting: '',
      })),
      ...workspace.consumers.map((consumer) => {
        const one = live.get(consumer.id)
        const lagMs = one === undefined ? undefined : consumerLagMs(one)
        const { id, name, manifest, destination } = consumer
        return {
          selection: { kind: 'consumer' as const, id },
          name,
          manifest,
          about: `reads ${readsLabel(consumer)} · writes ${destination.slice(destination.lastIndexOf('/') + 1)}`,
          lag: lagMs === undefined ? '' : formatDuration(lagMs),
          waiting: one === undefined || one.pending === 0 ? '' : formatCompact(one.pending),
        }
      }),
    ]
  }, [workspace, status])

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows move between the rows, which are buttons
    <div className="list-scroll" onKeyDown={moveInTable}>
      <table className="list">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">State</th>
            <th scope="col">About</th>
            <th scope="col">Manifest</th>
            <th scope="col" className="right">
              Rate
            </th>
            <th scope="col" className="right">
              Lag
            </th>
            <th scope="col" className="right">
              Waiting
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ selection: own, name, manifest, about, lag, waiting }) => {
            const key = `${own.kind}:${own.id}`
            const state = states.get(key)
            const selected = selection?.kind === own.kind && selection.id === own.id
            return (
              <tr key={key} className={selected ? 'row-selected' : ''} onClick={() => layout.select(own)}>
                <td>
                  <button type="button" className="row-name" aria-pressed={selected} data-row>
                    <ObjectIcon kind={own.kind} /> {name}
                  </button>
                </td>
                <td>{state !== undefined && <StateWord state={state} more />}</td>
                <td className="text-2">{about}</td>
                <td className="text-2">{manifest}</td>
                <td className="right num">{formatRate(rates.get(key) ?? 0)}</td>
                <td className="right num">{lag}</td>
                <td className="right num">{waiting}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
