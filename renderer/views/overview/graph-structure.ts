import type { ConnectionView, ConsumerView, PublicSchemaView } from '../../../main/contract/contract.ts'
import type { Whole } from '../../stores/with-teams.ts'

/** The graph without places and without states: what changes only when a manifest changes. */
export interface GraphStructure {
  readonly left: readonly SideGroup[]
  readonly right: readonly SideGroup[]
  /** Who reads what: public schema → consumer, ids of nodes. */
  readonly reads: readonly (readonly [string, string])[]
}

/** One manifest on one side. A manifest that both publishes and consumes stands on both. */
export interface SideGroup {
  readonly id: string
  readonly slug: string
  readonly side: 'left' | 'right'
  readonly stores: readonly { readonly id: string; readonly connection: ConnectionView }[]
  readonly schemas: readonly SchemaNode[]
}

export type SchemaNode =
  | { readonly id: string; readonly kind: 'schema'; readonly store: string; readonly schema: PublicSchemaView }
  | { readonly id: string; readonly kind: 'consumer'; readonly store: string; readonly consumer: ConsumerView }

/** A connection that both is read and is written to has two nodes, so a node's id says the side too. */
export function storeNodeId(side: 'left' | 'right', connectionId: string): string {
  return `${side}:${connectionId}`
}
export const schemaNodeId = (id: string): string => `schema:${id}`
export const consumerNodeId = (id: string): string => `consumer:${id}`
export const spineId = 'spine'

export function graphStructure(workspace: Whole): GraphStructure {
  const { manifests, publicSchemas, consumers } = workspace
  const known = new Set(publicSchemas.map(({ id }) => id))
  return {
    left: manifests.flatMap(({ slug }) => leftGroup(workspace, slug)),
    right: manifests.flatMap(({ slug }) => rightGroup(workspace, slug)),
    reads: consumers
      .filter(({ publicSchema }) => known.has(publicSchema))
      .map(({ id, publicSchema }) => [schemaNodeId(publicSchema), consumerNodeId(id)] as const),
  }
}

/** Databases that nobody uses stand where their manifest stands anyway. */
function leftGroup({ connections, publicSchemas, consumers }: Whole, slug: string): SideGroup[] {
  const own = publicSchemas.filter(({ manifest }) => manifest === slug)
  const hasConsumers = consumers.some(({ manifest }) => manifest === slug)
  const sources = new Set(own.map(({ source }) => source))
  const stores = connections.filter(
    ({ id, manifest, role }) =>
      sources.has(id) || (manifest === slug && role === 'unused' && (own.length > 0 || !hasConsumers)),
  )
  if (own.length === 0 && stores.length === 0) return []
  return [
    {
      id: `left:${slug}`,
      slug,
      side: 'left',
      stores: stores.map((connection) => ({ id: storeNodeId('left', connection.id), connection })),
      schemas: own.map((schema) => ({
        id: schemaNodeId(schema.id),
        kind: 'schema',
        store: storeNodeId('left', schema.source),
        schema,
      })),
    },
  ]
}

function rightGroup({ connections, publicSchemas, consumers }: Whole, slug: string): SideGroup[] {
  const own = consumers.filter(({ manifest }) => manifest === slug)
  if (own.length === 0) return []
  const destinations = new Set(own.map(({ destination }) => destination))
  const publishes = publicSchemas.some(({ manifest }) => manifest === slug)
  const stores = connections.filter(
    ({ id, manifest, role }) => destinations.has(id) || (manifest === slug && role === 'unused' && !publishes),
  )
  return [
    {
      id: `right:${slug}`,
      slug,
      side: 'right',
      stores: stores.map((connection) => ({ id: storeNodeId('right', connection.id), connection })),
      schemas: own.map((consumer) => ({
        id: consumerNodeId(consumer.id),
        kind: 'consumer',
        store: storeNodeId('right', consumer.destination),
        consumer,
      })),
    },
  ]
}
