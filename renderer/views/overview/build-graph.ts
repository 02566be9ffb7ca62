import { Position } from '@xyflow/react'
import { readsLabel } from '../../stores/object-state.ts'
import { formatBytes, formatCompact, formatPlural } from '../../text/format-number.ts'
import { schemaEdges } from './build-edges.ts'
import type { EdgeLook } from './edge-look.ts'
import type { GraphEdge } from './graph-edges.tsx'
import { type GraphInput, lookOf, pathOf, stateKey } from './graph-input.ts'
import { type Box, nodeHeight } from './graph-layout.ts'
import type { CardData, GraphNode, SpineData } from './graph-nodes.tsx'
import { type SchemaNode, type SideGroup, spineId } from './graph-structure.ts'

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
