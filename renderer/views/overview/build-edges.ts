import { consumerLagMs } from '../../stores/object-state.ts'
import { formatCompact, formatRate } from '../../text/format-number.ts'
import { formatDuration } from '../../text/format-time.ts'
import type { EdgeData, GraphEdge } from './graph-edges.tsx'
import { type GraphInput, lookOf, stateKey } from './graph-input.ts'
import { type SchemaNode, type SideGroup, spineId } from './graph-structure.ts'

/** Beyond this only the selected path pulses: each pulse is painted anew in every frame. */
const maxPulsing = 40

/** The two lines at a schema: to its store, and with the figures to the event store. */
export function schemaEdges(
  input: GraphInput,
  group: SideGroup,
  node: SchemaNode,
  path: ReadonlySet<string>,
): GraphEdge[] {
  const { status, rates, places } = input
  const rate = rates.get(stateKey(node)) ?? 0
  const look = lookOf(input, node)
  const onPath = path.has(node.id)
  const mayPulse = onPath || input.structure.reads.length <= maxPulsing
  const pulse = mayPulse && rate > 0 && look.kind === 'normal' ? (status?.at ?? 0) : 0
  const plain = { look, onPath, pulse: 0, above: undefined, below: undefined, labelX: undefined }
  const box = places.groups.get(group.id)
  const isLeft = group.side === 'left'
  const gap = isLeft
    ? ((box?.x ?? 0) + (box?.width ?? 0) + places.spine.x) / 2
    : (places.spine.x + places.spine.width + (box?.x ?? 0)) / 2
  const labelled: EdgeData = { look, onPath, pulse, labelX: gap, ...labels(input, node, rate) }
  const store = group.stores.some(({ id }) => id === node.store)
  const own: GraphEdge[] = isLeft
    ? [edge(node.store, node.id, plain), { ...edge(node.id, spineId, labelled), targetHandle: node.id }]
    : [{ ...edge(spineId, node.id, labelled), sourceHandle: node.id }, edge(node.id, node.store, plain)]
  return store ? own : own.filter(({ source, target }) => source === spineId || target === spineId)
}

/** Rate above and lag below; a line that stands says instead how much waits. */
function labels({ states, status }: GraphInput, node: SchemaNode, rate: number): Pick<EdgeData, 'above' | 'below'> {
  const state = states.get(stateKey(node))
  // What an engine said that is gone flows no more.
  if (status === undefined || state === undefined || state.word === 'Stopped' || state.word === 'Starting')
    return { above: undefined, below: undefined }
  if (node.kind === 'schema') return { above: formatRate(rate), below: undefined }
  const consumer = status?.consumers.find(({ id }) => id === node.consumer.id)
  if (consumer === undefined) return { above: undefined, below: undefined }
  const lagMs = consumerLagMs(consumer)
  if (lagMs === undefined && consumer.pending === 0) return { above: undefined, below: undefined }
  if (lagMs === undefined) return { above: formatCompact(consumer.pending), below: 'waiting' }
  return { above: formatRate(rate), below: formatDuration(lagMs) }
}

function edge(source: string, target: string, data: EdgeData): GraphEdge {
  return {
    id: `${source}>${target}`,
    type: 'flow',
    source,
    target,
    sourceHandle: 'right',
    targetHandle: 'left',
    data,
    selectable: false,
    focusable: false,
  }
}
