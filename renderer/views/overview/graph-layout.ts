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
/** Room for its name above and its size below. */
const smallestSpine = 128
const rightX = spineX + spineWidth + labelGap

/**
 * Places everything: five columns whose x is fixed, so that rates stand on straight lines. Each schema has one store, so
 * within a group no line crosses another once the schemas stand in the order of their stores; consumers stand in the
 * order of what they read, and their groups likewise, which leaves few crossings in the spine. That is a sort: a
 * thousand nodes take a few milliseconds, and nothing jumps when a manifest gains a line.
 */
export function layoutGraph({ left, right, reads }: GraphStructure): GraphLayout {
  const groups = new Map<string, Box>()
  const nodes = new Map<string, Box>()
  const leftHeight = placeSide(left.map(byStore), 0, { groups, nodes })
  const wish = new Map(reads.map(([schema, consumer]) => [consumer, nodes.get(schema)?.y ?? 0]))
  const rightHeight = placeSide(inOrder(right, wish), rightX, { groups, nodes })
  const spine = { x: spineX, y: 0, width: spineWidth, height: Math.max(leftHeight, rightHeight, smallestSpine) }
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

/** Schemas at equal distances; a store in the middle of its own, or below the store before it when there is no room. */
function placeInGroup({ stores, schemas }: SideGroup): { tops: Map<string, number>; height: number } {
  const pitch = nodeHeight + nodeGap
  const tops = new Map(schemas.map(({ id }, index) => [id, index * pitch]))
  let next = 0
  for (const { id } of inOrderOfUse(stores, schemas)) {
    const own = schemas.flatMap((schema) => (schema.store === id ? (tops.get(schema.id) ?? []) : []))
    const middle = own.length === 0 ? next : ((own[0] ?? 0) + (own.at(-1) ?? 0)) / 2
    const top = Math.max(next, middle)
    tops.set(id, top)
    next = top + pitch
  }
  return { tops, height: Math.max(...tops.values(), 0) + nodeHeight }
}

/** Stores as their schemas stand; those without any last. */
function inOrderOfUse(stores: SideGroup['stores'], schemas: SideGroup['schemas']): SideGroup['stores'] {
  const firstUse = (id: string) => {
    const index = schemas.findIndex(({ store }) => store === id)
    return index < 0 ? schemas.length : index
  }
  return [...stores].sort((a, b) => firstUse(a.id) - firstUse(b.id))
}

/** As they are written, those of one store together. */
function byStore(group: SideGroup): SideGroup {
  const place = new Map(group.stores.map(({ id }, index) => [id, index]))
  const schemas = [...group.schemas].sort((a, b) => (place.get(a.store) ?? 0) - (place.get(b.store) ?? 0))
  return { ...group, schemas }
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

/** Where the camera must be for everything to be seen: from the top, in the middle, never larger than life. */
export function fitCamera({ groups, spine }: GraphLayout, view: View) {
  const { width, height, minZoom } = view
  const boxes = [...groups.values(), spine]
  const left = Math.min(...boxes.map(({ x }) => x))
  const right = Math.max(...boxes.map((box) => box.x + box.width))
  const bottom = Math.max(...boxes.map((box) => box.y + box.height))
  const acrossZoom = (width - 2 * side) / (right - left)
  const zoom = Math.max(smallestZoom, Math.min(1, acrossZoom, Math.max(minZoom, (height - 2 * above) / bottom)))
  const free = height - bottom * zoom
  // A small graph alone at the upper edge would look lost.
  const y = bottom * zoom < height / 2 ? Math.round(free * 0.4) : above
  return { x: Math.round((width - (right - left) * zoom) / 2 - left * zoom), y, zoom }
}

export interface View {
  readonly width: number
  readonly height: number
  /** Rather than smaller than this, the lower part is left out of sight; the whole width is always shown. */
  readonly minZoom: number
}

const smallestZoom = 0.1
const side = 16
const above = 20
