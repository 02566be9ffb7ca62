import type { Connection } from './connection.ts'
import type { ConsumerSchema } from './consumer-schema.ts'
import { type PublicSchema, publicSchemaId, versionsId } from './public-schema.ts'
import type { HistoryLimits } from './retention.ts'

/** A database that a manifest reads changes from, with the names of what Postgres keeps for it. */
export interface DataStore {
  readonly connection: string
  /** `undefined`: the database is only written to. */
  readonly replication: { readonly slotName: string; readonly publicationName: string } | undefined
}

/** One `rejot-manifest.json`, read and checked by itself. */
export interface Manifest {
  readonly slug: string
  /** Absolute path of the file. */
  readonly path: string
  readonly connections: readonly Connection[]
  readonly dataStores: readonly DataStore[]
  readonly publicSchemas: readonly PublicSchema[]
  readonly consumerSchemas: readonly ConsumerSchema[]
  /** Paths of further manifests, as written. */
  readonly workspaces: readonly string[]
  /** How much history its events leave, where `rejot-desktop.json` says it. */
  readonly history?: Partial<HistoryLimits>
}

/** Something wrong in a file, at a place that an editor can open. */
export interface Problem {
  readonly severity: 'error' | 'warning'
  /** Absolute path. */
  readonly file: string
  /** 1-based. */
  readonly line: number
  readonly column: number
  /** One sentence. */
  readonly message: string
  /** Text that cures it, to be pasted. */
  readonly cure?: string | undefined
}

/** A source with everything that is published from it. */
export interface SourceDefinition {
  /** `<manifest slug>/<connection slug>`: the key of its checkpoint. */
  readonly id: string
  readonly connection: Connection
  readonly slotName: string
  readonly publicationName: string
  readonly publicSchemas: readonly PublicSchema[]
  /** `publicSchemaId` of those of which somebody takes every version. */
  readonly everyVersion?: readonly string[]
}

/** A consumer schema with what it reads and where it writes. */
export interface ConsumerDefinition {
  readonly id: string
  readonly schema: ConsumerSchema
  readonly sourceId: string
  readonly publicSchema: PublicSchema
  readonly destination: Connection
}

/** Whose events a consumer takes: its public schema's id, or that of its versions. */
export function eventsTakenBy({ schema, publicSchema }: Pick<ConsumerDefinition, 'schema' | 'publicSchema'>): string {
  const id = publicSchemaId(publicSchema)
  return schema.everyVersion === true ? versionsId(id) : id
}

/** What an engine runs: several manifests, merged and resolved. */
export interface Pipeline {
  readonly manifests: readonly Manifest[]
  readonly sources: readonly SourceDefinition[]
  readonly consumers: readonly ConsumerDefinition[]
}
