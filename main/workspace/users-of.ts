import type { Connection } from '../../sync-core/domain/connection.ts'
import type { Pipeline } from '../../sync-core/domain/manifest.ts'

/** Names of the schemas that a connection cannot be taken away from: what is published from it, what writes into it. */
export function usersOf({ manifests }: Pipeline, { manifest: slug, slug: name }: Connection): readonly string[] {
  const own = manifests.find((manifest) => manifest.slug === slug)
  const sources = own?.publicSchemas.filter(({ dataStore }) => dataStore === name) ?? []
  // A consumer may write into a connection of another manifest, where its own has none of that name.
  const consumers = manifests.flatMap((manifest) => {
    const reaches = manifest.slug === slug || !manifest.connections.some((connection) => connection.slug === name)
    return reaches ? manifest.consumerSchemas.filter(({ destination }) => destination === name) : []
  })
  return [...new Set([...sources, ...consumers].map((schema) => schema.name))]
}
