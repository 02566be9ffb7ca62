import { Graph, layout } from '@dagrejs/dagre'
import type { GraphStructure, SideGroup } from './graph-structure.ts'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface GraphLayout {
  readonly groups: ReadonlyMap<string, Box>
  readonly nodes: ReadonlyMap<string, Box>
  readonly spine: Box
  /** Heights of the spine's ports, from its top: where the neighbour's port is, so that lines between are straight. */
  readonly ports: ReadonlyMap<string, number>
}

export const nodeHeight = 60
export const schemaWidth = 152
export const storeWidth = 124
const groupWidth = 326
const nodeGap = 12
const groupGap = 16
const header = 34
const padding = 12
/** Between a group and the spine: room for a rate. */
const labelGap = 64
const spineWidth = 60
const spineX = groupWidth + labelGap
const rightX = spineX + spineWidth + labelGap

/**
 * Places everything: five columns whose x is fixed, so that rates stand on straight lines; the heights come from dagre,
 * one run for each group. The consumers are put in the order of what they read before, and groups likewise, which leaves
 * few crossings in the spine.
 */
export function layoutGraph({ left, right, reads }: GraphStructure): GraphLayout {
  const groups = new Map<string, Box>()
  const nodes = new Map<string, Box>()
  const leftHeight = placeSide(left, 0, { groups, nodes })
  const wish = new Map(reads.map(([schema, consumer]) => [consumer, nodes.get(schema)?.y ?? 0]))
  const rightHeight = placeSide(inOrder(right, wish), rightX, { groups, nodes })
  center(leftHeight < rightHeight ? left : right, Math.abs(leftHeight - rightHeight) / 2, { groups, nodes })
  const spine = { x: spineX, y: 0, width: spineWidth, height: Math.max(leftHeight, rightHeight, 160) }
  const ports = new Map(
    [...left, ...right].flatMap(({ schemas }) =>
      schemas.map(({ id }) => [id, (nodes.get(id)?.y ?? 0) + nodeHeight / 2 - spine.y] as const),
    ),
  )
  return { groups, nodes, spine, ports }
}

interface Places {
  readonly groups: Map<string, Box>
  readonly nodes: Map<string, Box>
}

/** Puts the groups of a side under one another and returns how high they are together. */
function placeSide(side: readonly SideGroup[], x: number, places: Places): number {
  let y = 0
  for (const group of side) {
    const content = placeInGroup(group)
    const height = header + content.height + padding
    places.groups.set(group.id, { x, y, width: groupWidth, height })
    for (const [id, top] of content.tops) {
      const isStore = group.stores.some((store) => store.id === id)
      places.nodes.set(id, {
        x: x + columnX(group.side, isStore),
        y: y + header + top,
        width: isStore ? storeWidth : schemaWidth,
        height: nodeHeight,
      })
    }
    y += height + groupGap
  }
  return Math.max(0, y - groupGap)
}

function columnX(side: SideGroup['side'], isStore: boolean): number {
  if (side === 'left') return isStore ? 8 : 162
  return isStore ? 194 : 12
}

function placeInGroup({ side, stores, schemas }: SideGroup): { tops: Map<string, number>; height: number } {
  const graph = new Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: nodeGap, ranksep: 30 })
  graph.setDefaultEdgeLabel(() => ({}))
  const known = new Set(stores.map(({ id }) => id))
  const ids = [...schemas.map(({ id }) => id), ...known]
  for (const id of ids) graph.setNode(id, { width: schemaWidth, height: nodeHeight })
  for (const { id, store } of schemas) {
    if (!known.has(store)) continue
    if (side === 'left') graph.setEdge(store, id)
    else graph.setEdge(id, store)
  }
  layout(graph)
  const centers = new Map(ids.map((id) => [id, Number(graph.node(id)?.y ?? 0)]))
  return settle(
    schemas.map(({ id }) => id),
    [...known],
    centers,
  )
}

/**
 * dagre says who stands above whom; the pitch is ours. Schemas stand at equal distances; a store stands in the middle of
 * its own, or below the store before it when there is no room.
 */
function settle(schemas: readonly string[], stores: readonly string[], centers: ReadonlyMap<string, number>) {
  const above = (a: string, b: string) => (centers.get(a) ?? 0) - (centers.get(b) ?? 0)
  const pitch = nodeHeight + nodeGap
  const tops = new Map<string, number>()
  const inColumn = [...schemas].sort(above)
  for (const [index, id] of inColumn.entries()) tops.set(id, index * pitch)
  const first = Math.min(...inColumn.map((id) => centers.get(id) ?? 0), Number.POSITIVE_INFINITY)
  const last = Math.max(...inColumn.map((id) => centers.get(id) ?? 0), Number.NEGATIVE_INFINITY)
  const stretch = last > first ? ((inColumn.length - 1) * pitch) / (last - first) : 1
  let next = 0
  for (const id of [...stores].sort(above)) {
    const wanted = Number.isFinite(first) ? ((centers.get(id) ?? 0) - first) * stretch : next
    const top = Math.max(next, Math.round(wanted / 2) * 2)
    tops.set(id, top)
    next = top + pitch
  }
  const height = Math.max(...tops.values(), 0) + nodeHeight
  return { tops, height }
}

/** Consumers in the order of what they read, kept together by where they write; groups by their middle. */
function inOrder(side: readonly SideGroup[], wish: ReadonlyMap<string, number>): SideGroup[] {
  const wished = (id: string) => wish.get(id) ?? 0
  const mean = (values: readonly number[]) =>
    values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
  return side
    .map((group) => {
      const storeWish = new Map(
        group.stores.map(({ id }) => [
          id,
          mean(group.schemas.filter(({ store }) => store === id).map((each) => wished(each.id))),
        ]),
      )
      const schemas = [...group.schemas].sort(
        (a, b) =>
          (storeWish.get(a.store) ?? 0) - (storeWish.get(b.store) ?? 0) ||
          a.store.localeCompare(b.store) ||
          wished(a.id) - wished(b.id),
      )
      return { group: { ...group, schemas }, middle: mean(schemas.map(({ id }) => wished(id))) }
    })
    .sort((a, b) => a.middle - b.middle)
    .map(({ group }) => group)
}

/** Moves the shorter side to the middle of the taller. */
function center(side: readonly SideGroup[], by: number, { groups, nodes }: Places): void {
  const down = Math.round(by / 2) * 2
  const move = (boxes: Map<string, Box>, id: string) => {
    const box = boxes.get(id)
    if (box !== undefined) boxes.set(id, { ...box, y: box.y + down })
  }
  for (const { id, stores, schemas } of side) {
    move(groups, id)
    for (const node of [...stores, ...schemas]) move(nodes, node.id)
  }
}
