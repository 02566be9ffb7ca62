import type { Connection } from '../../sync-core/domain/connection.ts'
import type { Pipeline } from '../../sync-core/domain/manifest.ts'

/** Schemas that need a connection: what is published from it, what writes into it. */
export interface ConnectionUsers {
  /** Names of public schemas of its manifest. */
  readonly published: readonly string[]
  /** Names of consumer schemas of its manifest. */
  readonly consumers: readonly string[]
  /** Consumers of other manifests that write into it, where these have no connection of that name themselves. */
  readonly foreign: readonly { readonly manifest: string; readonly name: string }[]
}

export function usersOf({ manifests }: Pipeline, { manifest: slug, slug: name }: Connection): ConnectionUsers {
  const own = manifests.find((manifest) => manifest.slug === slug)
  const published = own?.publicSchemas.filter(({ dataStore }) => dataStore === name) ?? []
  const consumers = own?.consumerSchemas.filter(({ destination }) => destination === name) ?? []
  const foreign = manifests
    .filter((manifest) => manifest !== own && !manifest.connections.some((connection) => connection.slug === name))
    .flatMap((manifest) => manifest.consumerSchemas.filter(({ destination }) => destination === name))
  return {
    published: unique(published.map((schema) => schema.name)),
    consumers: unique(consumers.map((schema) => schema.name)),
    foreign: foreign.map((schema) => ({ manifest: schema.manifest, name: schema.name })),
  }
}

export function namesOf({ published, consumers, foreign }: ConnectionUsers): readonly string[] {
  return unique([...published, ...consumers, ...foreign.map(({ name }) => name)])
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)]
