import type { Connection } from '../domain/connection.ts'
import { type ConsumerSchema, consumerId } from '../domain/consumer-schema.ts'
import type { Manifest } from '../domain/manifest.ts'
import { type PublicSchema, publicSchemaId } from '../domain/public-schema.ts'
import { compareContracts, readersOf } from './compare-contracts.ts'

/** One thing that manifests say otherwise than they did, in words for a person who reviews it. */
export interface ManifestDifference {
  readonly kind: 'connection' | 'public schema' | 'consumer schema'
  /** `@harbor/accounts/publish-account@1` */
  readonly id: string
  readonly state: 'added' | 'changed' | 'removed'
  /** Of a public schema: `1.1 → 1.2`, `1.0`. */
  readonly version?: string | undefined
  /** Each follows "it": `has a new column "email"`. */
  readonly changes: readonly string[]
  /** Why it should not go out as it is; `undefined` when it may. */
  readonly fault?: string | undefined
  /** Ids of the consumers that read it. */
  readonly readBy: readonly string[]
}

/** What differs between two states of manifests, as meaning: contracts first, then who consumes, then databases. Pure. */
export function compareManifests(
  before: readonly Manifest[],
  after: readonly Manifest[],
): readonly ManifestDifference[] {
  return [
    ...comparePublicSchemas(before, after),
    ...compareNamed(consumersOf(before), consumersOf(after), 'consumer schema', consumerChanges),
    ...compareNamed(connectionsOf(before), connectionsOf(after), 'connection', connectionChanges),
  ]
}

/** Contracts that differ, and those that stay what they are while the SQL behind them does not. */
function comparePublicSchemas(before: readonly Manifest[], after: readonly Manifest[]): readonly ManifestDifference[] {
  const contracts = compareContracts(before, after)
  const behind = compareNamed(schemasOf(before), schemasOf(after), 'public schema', sqlChanges)
  const changed = contracts.map((contract): ManifestDifference => {
    const sql = behind.find(({ id, state }) => id === contract.id && state === 'changed')
    return {
      kind: 'public schema',
      id: contract.id,
      state: contract.state,
      version: [...new Set([contract.before, contract.after])].filter((each) => each !== undefined).join(' → '),
      changes: [...contract.changes.map(({ what }) => what), ...(sql?.changes ?? [])],
      fault: contract.fault,
      readBy: contract.readBy,
    }
  })
  const known = new Set(contracts.map(({ id }) => id))
  const others = behind.filter(({ id, state }) => state === 'changed' && !known.has(id))
  return [...changed, ...others.map((one) => ({ ...one, readBy: readersOf(after, one.id) }))].toSorted((a, b) =>
    a.id < b.id ? -1 : 1,
  )
}

function compareNamed<Noun>(
  before: ReadonlyMap<string, Noun>,
  after: ReadonlyMap<string, Noun>,
  kind: ManifestDifference['kind'],
  changesOf: (before: Noun, after: Noun) => readonly string[],
): readonly ManifestDifference[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((id): ManifestDifference[] => {
    const [old, now] = [before.get(id), after.get(id)]
    if (old === undefined) return [{ kind, id, state: 'added', changes: [], readBy: [] }]
    if (now === undefined) return [{ kind, id, state: 'removed', changes: [], readBy: [] }]
    const changes = changesOf(old, now)
    return changes.length === 0 ? [] : [{ kind, id, state: 'changed', changes, readBy: [] }]
  })
}

function sqlChanges(before: PublicSchema, after: PublicSchema): readonly string[] {
  const [old, now] = [before, after].map(
    ({ transformations }) => new Map(transformations.map(({ table, sql }) => [table, sql])),
  )
  const tables = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])]
  return tables.flatMap((table) => {
    if (old?.get(table) === now?.get(table)) return []
    if (old?.get(table) === undefined) return [`listens to ${table}`]
    return now?.get(table) === undefined ? [`no longer listens to ${table}`] : [`has other SQL for ${table}`]
  })
}

function consumerChanges(before: ConsumerSchema, after: ConsumerSchema): readonly string[] {
  return [
    ...changed(readsOf(before), readsOf(after), (now) => `reads ${now} instead of ${readsOf(before)}`),
    ...changed(before.destination, after.destination, (now) => `writes to ${now} instead of ${before.destination}`),
    ...changed(before.sql, after.sql, () => 'has other SQL'),
    ...changed(before.deleteSql, after.deleteSql, (now) =>
      now === undefined
        ? 'no longer deletes'
        : before.deleteSql === undefined
          ? 'deletes now'
          : 'has other SQL for delete',
    ),
  ]
}

/** Names and addresses only. */
function connectionChanges(before: Connection, after: Connection): readonly string[] {
  return [
    ...changed(`${before.host}:${before.port}`, `${after.host}:${after.port}`, (now) => `leads to ${now}`),
    ...changed(before.database, after.database, (now) => `opens database "${now}"`),
    ...changed(before.user, after.user, (now) => `signs in as "${now}"`),
  ]
}

function changed<Value>(before: Value, after: Value, what: (now: Value) => string): readonly string[] {
  return before === after ? [] : [what(after)]
}

function readsOf({ sourceManifest, publicSchema }: ConsumerSchema): string {
  return `${sourceManifest}/${publicSchema.name}@${publicSchema.majorVersion}`
}

/** The highest minor of each major version. */
function schemasOf(manifests: readonly Manifest[]): ReadonlyMap<string, PublicSchema> {
  const schemas = manifests.flatMap(({ publicSchemas }) => publicSchemas)
  return new Map(
    schemas.toSorted((a, b) => a.version.minor - b.version.minor).map((schema) => [publicSchemaId(schema), schema]),
  )
}

function consumersOf(manifests: readonly Manifest[]): ReadonlyMap<string, ConsumerSchema> {
  return new Map(manifests.flatMap(({ consumerSchemas }) => consumerSchemas.map((one) => [consumerId(one), one])))
}

function connectionsOf(manifests: readonly Manifest[]): ReadonlyMap<string, Connection> {
  return new Map(manifests.flatMap(({ slug, connections }) => connections.map((one) => [`${slug}/${one.slug}`, one])))
}
