import type { Node } from 'jsonc-parser'
import type { Connection } from '../domain/connection.ts'
import type { DataStore, Manifest } from '../domain/manifest.ts'
import { formatVersion, type PublicSchema } from '../domain/public-schema.ts'
import { contractChanges } from './compatibility.ts'
import { fieldOf } from './fields.ts'
import { type JsonDocument, report } from './json-document.ts'

/** Where each noun of a manifest is written. */
export type NodesByNoun = Map<object, Node>

/** What refers to something within the manifest, and what must be there once. */
export function checkReferences(document: JsonDocument, manifest: Manifest, nodes: NodesByNoun): void {
  const { connections, dataStores, publicSchemas, consumerSchemas } = manifest
  const once = <T extends object>(nouns: readonly T[], name: (noun: T) => string, field: string) =>
    reportRepeated(document, nouns, name, (noun) => fieldOf(nodes.get(noun), field))
  once(connections, ({ slug }) => `connection "${slug}"`, 'slug')
  once(dataStores, ({ connection }) => `data store "${connection}"`, 'connectionSlug')
  once(publicSchemas, ({ name, version }) => `public schema "${name}" ${formatVersion(version)}`, 'name')
  once(consumerSchemas, ({ name }) => `consumer schema "${name}"`, 'name')
  // What is missing may be one of those that could not be read.
  if (document.problems.some(({ severity }) => severity === 'error')) return
  for (const dataStore of dataStores) checkDataStore(document, dataStore, connections, nodes)
  for (const schema of publicSchemas) {
    checkPublicSchema(document, schema, dataStores, nodes)
    checkMinor(document, schema, publicSchemas, nodes)
  }
}

function reportRepeated<T extends object>(
  document: JsonDocument,
  nouns: readonly T[],
  name: (noun: T) => string,
  place: (noun: T) => Node | undefined,
): void {
  const seen = new Set<string>()
  for (const noun of nouns) {
    if (seen.has(name(noun))) report(document, place(noun), `This manifest has a second ${name(noun)}`)
    seen.add(name(noun))
  }
}

function checkDataStore(
  document: JsonDocument,
  store: DataStore,
  connections: readonly Connection[],
  nodes: NodesByNoun,
): void {
  if (connections.some(({ slug }) => slug === store.connection)) return
  const message = `There is no connection "${store.connection}" in this manifest`
  report(document, fieldOf(nodes.get(store), 'connectionSlug'), message)
}

function checkPublicSchema(
  document: JsonDocument,
  schema: PublicSchema,
  dataStores: readonly DataStore[],
  nodes: NodesByNoun,
): void {
  const { name, dataStore } = schema
  const node = fieldOf(fieldOf(nodes.get(schema), 'source'), 'dataStoreSlug')
  const store = dataStores.find(({ connection }) => connection === dataStore)
  if (store === undefined) {
    report(
      document,
      node,
      `There is no data store "${dataStore}" in this manifest, which public schema "${name}" reads`,
    )
  } else if (store.replication === undefined) {
    const message = `Data store "${dataStore}", which public schema "${name}" reads, has no slotName and publicationName`
    report(document, node, message)
  }
}

/** A minor version replaces the one before it, so it must keep what that one promised. */
function checkMinor(
  document: JsonDocument,
  schema: PublicSchema,
  all: readonly PublicSchema[],
  nodes: NodesByNoun,
): void {
  const { name, version } = schema
  const former = all
    .filter((one) => one.name === name && one.version.major === version.major && one.version.minor < version.minor)
    .reduce<PublicSchema | undefined>(
      (last, one) => (last && last.version.minor > one.version.minor ? last : one),
      undefined,
    )
  if (former === undefined) return
  const place = fieldOf(nodes.get(schema), 'version')
  for (const { needs, what } of contractChanges(former, schema)) {
    if (needs === 'minor') continue
    const versions = `Public schema "${name}" ${formatVersion(version)} replaces ${formatVersion(former.version)}`
    report(document, place, `${versions}, but it ${what}: make it ${version.major + 1}.0`)
  }
}
