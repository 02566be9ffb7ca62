import { type ObjectColumn, type ObjectRow, ObjectTable } from '../../components/object-table.tsx'
import { consumerLagMs, readsLabel } from '../../stores/object-state.ts'
import { useStatus } from '../../stores/program.ts'
import { useWhole } from '../../stores/with-teams.ts'
import { formatCompact, formatPlural, formatRate } from '../../text/format-number.ts'
import { formatDuration } from '../../text/format-time.ts'

const columns: readonly ObjectColumn[] = [
  { name: 'About', look: 'quiet', from: 'middle' },
  { name: 'Manifest', look: 'quiet', from: 'narrow' },
  { name: 'Rate', look: 'number', from: 'narrow' },
  { name: 'Lag', look: 'number' },
  { name: 'Waiting', look: 'number' },
]

/** The graph's content for those who read lists. */
export function OverviewList() {
  const workspace = useWhole((whole) => whole)
  const status = useStatus((state) => state.status)
  const rates = useStatus((state) => state.rates)
  if (workspace === undefined) return null
  const live = new Map(status?.consumers.map((consumer) => [consumer.id, consumer]))
  const rateOf = (key: string): string => formatRate(rates.get(key) ?? 0)

  const schemas = workspace.publicSchemas.map(({ id, name, manifest, version, source }): ObjectRow => {
    const consumers = workspace.consumers.filter(({ publicSchema }) => publicSchema === id).length
    const about = `v${version} · ${formatPlural(consumers, 'consumer')} · from ${slugOf(source)}`
    return { object: { kind: 'schema', id }, name, cells: [about, manifest, rateOf(`schema:${id}`), '', ''] }
  })
  const consumers = workspace.consumers.map((consumer): ObjectRow => {
    const { id, name, manifest, destination } = consumer
    const one = live.get(id)
    const lagMs = one === undefined ? undefined : consumerLagMs(one)
    return {
      object: { kind: 'consumer', id },
      name,
      cells: [
        `reads ${readsLabel(consumer)} · writes ${slugOf(destination)}`,
        manifest,
        rateOf(`consumer:${id}`),
        lagMs === undefined ? '' : formatDuration(lagMs),
        one === undefined || one.pending === 0 ? '' : formatCompact(one.pending),
      ],
    }
  })
  return <ObjectTable columns={columns} rows={[...schemas, ...consumers]} />
}

/** Of a connection's id, `<manifest>/<slug>`. */
function slugOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1)
}
