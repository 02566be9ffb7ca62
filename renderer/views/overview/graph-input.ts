import type { EngineStatus } from '../../../sync-core/domain/status.ts'
import type { ObjectState } from '../../stores/object-state.ts'
import { type EdgeLook, edgeLook } from './edge-look.ts'
import type { GraphLayout } from './graph-layout.ts'
import { type GraphStructure, type SchemaNode, spineId } from './graph-structure.ts'

export interface GraphInput {
  readonly structure: GraphStructure
  readonly places: GraphLayout
  readonly states: ReadonlyMap<string, ObjectState>
  readonly rates: ReadonlyMap<string, number>
  readonly status: EngineStatus | undefined
  /** Id of the selected node. */
  readonly selected: string | undefined
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

export function lookOf({ states, rates }: GraphInput, node: SchemaNode): EdgeLook {
  const key = stateKey(node)
  return edgeLook(states.get(key), rates.get(key) ?? 0)
}
