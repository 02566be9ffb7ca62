import { Position } from '@xyflow/react'
import type { EngineStatus } from '../../../sync-core/domain/status.ts'
import { consumerLagMs, type ObjectState, readsLabel } from '../../stores/object-state.ts'
import { formatBytes, formatCompact, formatPlural, formatRate } from '../../text/format-number.ts'
import { formatDuration } from '../../text/format-time.ts'
import { type EdgeLook, edgeLook } from './edge-look.ts'
import type { EdgeData, GraphEdge } from './graph-edges.tsx'
import { type Box, type GraphLayout, nodeHeight } from './graph-layout.ts'
import type { CardData, GraphNode, SpineData } from './graph-nodes.tsx'
import { type GraphStructure, type SchemaNode, type SideGroup, spineId } from './graph-structure.ts'

export interface GraphInput {
  readonly structure: GraphStructure
  readonly places: GraphLayout
  readonly states: ReadonlyMap<string, ObjectState>
  readonly rates: ReadonlyMap<string, number>
  readonly status: EngineStatus | undefined
  /** Id of the selected node. */
  readonly selected: string | undefined
}

/** What is drawn now: the same nodes at the same places, with the states and rates of this second. */
export function buildGraph(input: GraphInput): { nodes: GraphNode[]; edges: GraphEdge[] } {
  const path = pathOf(input)
  return {
    nodes: [...groupNodes(input), spineNode(input, path), ...cardNodes(input, path)],
    edges: [...input.structure.left, ...input.structure.right].flatMap((group) =>
      group.schemas.flatMap((schema) => schemaEdges(input, group, schema, path)),
    ),
  }
}

/** Everything upstream and downstream of what is selected. */
export function pathOf({ structure, selected }: Pick<GraphInput, 'structure' | 'selected'>): ReadonlySet<string> {
  const path = new Set<string>()
  if (selected === undefined || selected === spineId) return path
  const schemas = [...structure.left, ...structure.right].flatMap((group) => group.schemas)
  const start = schemas.filter(({ id, store }) => id === selected || store === selected).map(({ id }) => id)
  const reached = new Set(start)
  for (const [from, to] of structure.reads) {
    if (start.includes(from)) reached.add(to)
    if (start.includes(to)) reached.add(from)
  }
  for (const schema of schemas) {
    if (!reached.has(schema.id)) continue
    path.add(schema.id)
    path.add(schema.store)
  }
  return path
}

/** By the keys of `statesOf`. */
export function stateKey(node: SchemaNode): string {
  return node.kind === 'schema' ? `schema:${node.schema.id}` : `consumer:${node.consumer.id}`
}

function groupNodes({ structure, places }: GraphInput): GraphNode[] {
  return [...structure.left, ...structure.right].map((group) => ({
    id: group.id,
    type: 'manifest' as const,
    ...placed(places.groups.get(group.id), []),
    data: {
      slug: group.slug,
      count: group.side === 'left' ? `${group.schemas.length} public` : formatPlural(group.schemas.length, 'consumer'),
    },
    selectable: false,
    focusable: false,
    zIndex: -1,
    style: { pointerEvents: 'none' as const },
  }))
}

function spineNode(input: GraphInput, path: ReadonlySet<string>): GraphNode {
  const { structure, places, status, selected } = input
  const all = [...structure.left, ...structure.right].flatMap(({ side, schemas }) =>
    schemas.map((schema) => ({ side, schema })),
  )
  const looks = new Map(all.map(({ schema }) => [schema.id, lookOf(input, schema)]))
  const idle: EdgeLook = { kind: 'idle', width: 1.2 }
  const data: SpineData = {
    ports: all.map(({ side, schema }) => ({
      id: schema.id,
      side,
      y: places.ports.get(schema.id) ?? 0,
      look: looks.get(schema.id) ?? idle,
      onPath: path.has(schema.id),
    })),
    curves: structure.reads.map(([from, to]) => ({
      id: `${from}>${to}`,
      from: places.ports.get(from) ?? 0,
      to: places.ports.get(to) ?? 0,
      look: looks.get(to) ?? idle,
      onPath: path.has(from) && path.has(to),
    })),
    events: status === undefined ? '' : formatCompact(status.store.events),
    bytes: status === undefined ? '' : formatBytes(status.store.bytes),
  }
  return {
    id: spineId,
    type: 'spine',
    ...placed(
      places.spine,
      data.ports.map(({ id, side, y }) => ({ id, side, y })),
    ),
    data,
    selected: selected === spineId,
    ariaLabel: 'Event store',
  }
}

function cardNodes(input: GraphInput, path: ReadonlySet<string>): GraphNode[] {
  const { structure, places, selected } = input
  return [...structure.left, ...structure.right].flatMap((group) => {
    const cards = [
      ...storeCards(input, group, path),
      ...group.schemas.map((schema) => schemaCard(input, group, schema, path)),
    ]
    return cards.map(({ id, data }) => ({
      id,
      type: 'card' as const,
      ...placed(places.nodes.get(id), [
        { id: 'left', side: 'left', y: nodeHeight / 2 },
        { id: 'right', side: 'right', y: nodeHeight / 2 },
      ]),
      data,
      selected: id === selected,
      ariaLabel: `${data.name}, ${data.line}, ${data.state?.word ?? ''}`,
    }))
  })
}

type Card = { readonly id: string; readonly data: CardData }

function storeCards({ states, status }: GraphInput, group: SideGroup, path: ReadonlySet<string>): Card[] {
  const versions = new Map(
    [...(status?.destinations ?? []), ...(status?.sources ?? [])].map((each) => [each.id, each.serverVersion]),
  )
  return group.stores.map(({ id, connection }) => {
    const used = group.schemas.some(({ store }) => store === id)
    const port = used ? 'normal' : 'none'
    const state = states.get(`connection:${connection.id}`)
    return {
      id,
      data: {
        kind: 'connection',
        name: connection.slug,
        line: engineName(versions.get(connection.id)),
        // Beside a longer word there is no room for it.
        right:
          state?.glyph === 'ok' && connection.environment !== undefined
            ? shortEnvironment[connection.environment]
            : undefined,
        state,
        deadLetters: 0,
        faint: !used,
        left: group.side === 'right' ? port : 'none',
        rightPort: group.side === 'left' ? port : 'none',
        onPath: path.has(id),
      },
    }
  })
}

function schemaCard(input: GraphInput, group: SideGroup, node: SchemaNode, path: ReadonlySet<string>): Card {
  const { states, structure, status } = input
  const state = states.get(stateKey(node))
  const look = lookOf(input, node)
  const consumers = structure.reads.filter(([from]) => from === node.id).length
  const live = node.kind === 'consumer' ? status?.consumers.find(({ id }) => id === node.consumer.id) : undefined
  return {
    id: node.id,
    data: {
      kind: node.kind,
      name: node.kind === 'schema' ? node.schema.name : node.consumer.name,
      line:
        node.kind === 'schema'
          ? `v${node.schema.version} · ${formatPlural(consumers, 'consumer')}`
          : readsLabel(node.consumer),
      right: undefined,
      state,
      deadLetters: live?.deadLetters ?? 0,
      faint: state?.glyph === 'paused',
      left: group.stores.length > 0 || group.side === 'right' ? look.kind : 'none',
      rightPort: look.kind,
      onPath: path.has(node.id),
    },
  }
}

function schemaEdges(input: GraphInput, group: SideGroup, node: SchemaNode, path: ReadonlySet<string>): GraphEdge[] {
  const { status, rates, places } = input
  const rate = rates.get(stateKey(node)) ?? 0
  const look = lookOf(input, node)
  const onPath = path.has(node.id)
  const pulse = rate > 0 && look.kind === 'normal' ? (status?.at ?? 0) : 0
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
  if (state === undefined || state.word === 'Stopped') return { above: undefined, below: undefined }
  if (node.kind === 'schema') return { above: formatRate(rate), below: undefined }
  const consumer = status?.consumers.find(({ id }) => id === node.consumer.id)
  if (consumer === undefined) return { above: undefined, below: undefined }
  const lagMs = consumerLagMs(consumer)
  if (lagMs === undefined) return { above: formatCompact(consumer.pending), below: 'waiting' }
  return { above: formatRate(rate), below: formatDuration(lagMs) }
}

function lookOf({ states, rates }: GraphInput, node: SchemaNode): EdgeLook {
  const key = stateKey(node)
  return edgeLook(states.get(key), rates.get(key) ?? 0)
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

/** Size and handles are said, not measured: then a new second is drawn in one go, without a frame that lacks its edges. */
function placed(
  box: Box | undefined,
  ports: readonly { readonly id: string; readonly side: 'left' | 'right'; readonly y: number }[],
) {
  const { x = 0, y = 0, width = 0, height = 0 } = box ?? {}
  return {
    position: { x, y },
    width,
    height,
    measured: { width, height },
    handles: ports.map((port) => ({
      id: port.id,
      type: port.side === 'left' ? ('target' as const) : ('source' as const),
      position: port.side === 'left' ? Position.Left : Position.Right,
      x: port.side === 'left' ? 0 : width - 1,
      y: port.y - 0.5,
      width: 1,
      height: 1,
    })),
    draggable: false,
    connectable: false,
    deletable: false,
  }
}

/** `Postgres 18`, from what the server says of itself. */
export function engineName(version: string | undefined): string {
  const major = /^\d+/.exec(version ?? '')?.[0]
  return major === undefined ? 'Postgres' : `Postgres ${major}`
}

const shortEnvironment = { development: 'dev', staging: 'staging', production: 'prod' } as const
