import { describeLineage } from '../../sync-core/describe-lineage.ts'
import type { Connection } from '../../sync-core/domain/connection.ts'
import { type ConsumerSchema, consumerId } from '../../sync-core/domain/consumer-schema.ts'
import type { Manifest, Pipeline } from '../../sync-core/domain/manifest.ts'
import {
  type ContractColumn,
  formatVersion,
  type PublicSchema,
  publicSchemaId,
} from '../../sync-core/domain/public-schema.ts'
import { contractChanges } from '../../sync-core/manifest/compatibility.ts'
import type {
  ConnectionView,
  ConsumerView,
  PublicSchemaView,
  TeamView,
  WorkspaceSummary,
  WorkspaceView,
} from '../contract/contract.ts'
import type { ReadWorkspace } from './read-workspace.ts'

/** Everything written in the manifests, as the window shows it. Passwords stay here: only whether there is one goes on. */
export function viewWorkspace(
  summary: WorkspaceSummary,
  { pipeline, problems }: ReadWorkspace,
  passwordState: PasswordState,
  teams: readonly TeamView[] = [],
): WorkspaceView {
  return {
    summary,
    ...viewManifests(pipeline.manifests, pipeline, passwordState),
    teams: [...teams],
    problems: problems.map((problem) => ({ ...problem })),
  }
}

/** What is written in some of a pipeline's manifests. */
export function viewManifests(
  manifests: readonly Manifest[],
  pipeline: Pipeline,
  passwordState: PasswordState,
): Pick<WorkspaceView, 'manifests' | 'connections' | 'publicSchemas' | 'consumers'> {
  return {
    manifests: manifests.map(({ slug, path }) => ({ slug, path })),
    connections: manifests.flatMap((manifest) => viewConnections(manifest, pipeline, passwordState)),
    publicSchemas: manifests.flatMap(({ publicSchemas }) =>
      currentSchemas(publicSchemas).map((schema) => viewPublicSchema(schema, versionsOf(schema, publicSchemas))),
    ),
    consumers: manifests.flatMap(({ consumerSchemas }) =>
      consumerSchemas.map((consumer) => viewConsumer(consumer, pipeline)),
    ),
  }
}

/** Whether a password is kept for a connection of the manifest at this path. */
export type PasswordState = (manifestPath: string, connection: Connection) => ConnectionView['password']

function viewConnections(manifest: Manifest, pipeline: Pipeline, passwordState: PasswordState): ConnectionView[] {
  const sources = new Set(manifest.publicSchemas.map((schema) => schema.dataStore))
  const written = pipeline.manifests.flatMap(({ consumerSchemas }) =>
    consumerSchemas.map((consumer) => destinationOf(consumer, pipeline)),
  )
  const destinations = new Set(written)
  return manifest.connections.map((connection) => ({
    id: `${connection.manifest}/${connection.slug}`,
    slug: connection.slug,
    manifest: connection.manifest,
    engine: connection.engine,
    host: connection.host,
    port: connection.port,
    user: connection.user,
    database: connection.database,
    ...(connection.environment === undefined ? {} : { environment: connection.environment }),
    hasPassword: connection.password !== undefined,
    password: passwordState(manifest.path, connection),
    role: roleOf(sources.has(connection.slug), destinations.has(`${connection.manifest}/${connection.slug}`)),
    ...(connection.ssl === undefined ? {} : { ssl: { ...connection.ssl } }),
    ...viewReplication(manifest, connection.slug),
  }))
}

function viewReplication({ dataStores }: Manifest, slug: string): Pick<ConnectionView, 'replication'> {
  const replication = dataStores.find(({ connection }) => connection === slug)?.replication
  return replication === undefined ? {} : { replication: { ...replication } }
}

function roleOf(source: boolean, destination: boolean): ConnectionView['role'] {
  if (source) return destination ? 'both' : 'source'
  return destination ? 'destination' : 'unused'
}

function viewPublicSchema(schema: PublicSchema, versions: PublicSchemaView['versions']): PublicSchemaView {
  const { description, owner, tags = [], access, deprecated } = schema
  const lineage = describeLineage(schema)
  return {
    id: publicSchemaId(schema),
    name: schema.name,
    manifest: schema.manifest,
    version: formatVersion(schema.version),
    source: `${schema.manifest}/${schema.dataStore}`,
    ...(description === undefined ? {} : { description }),
    ...(owner === undefined ? {} : { owner }),
    tags: [...tags],
    ...(access === undefined ? {} : { access: [...access] }),
    ...(deprecated === undefined ? {} : { deprecated }),
    key: [...lineage.key],
    columns: schema.columns.map((column) => viewColumn(column, lineage.columns.get(column.name) ?? [])),
    transformations: schema.transformations.map(({ table, sql }) => ({ table, sql })),
    tables: lineage.tables.map((table) => ({ ...table })),
    versions,
  }
}

function viewColumn(
  { name, postgresType, nullable, description }: ContractColumn,
  from: readonly string[],
): PublicSchemaView['columns'][number] {
  return {
    name,
    nullable,
    ...(postgresType === undefined ? {} : { type: postgresType }),
    ...(description === undefined ? {} : { description }),
    from: [...from],
  }
}

/** Of each name and major the highest minor, which is what is published. */
function currentSchemas(schemas: readonly PublicSchema[]): readonly PublicSchema[] {
  return schemas.filter((schema) => !schemas.some((other) => isSameMajor(schema, other) && isBefore(schema, other)))
}

function isSameMajor(a: PublicSchema, b: PublicSchema): boolean {
  return a.name === b.name && a.version.major === b.version.major
}

function isBefore({ version: a }: PublicSchema, { version: b }: PublicSchema): boolean {
  return a.major === b.major ? a.minor < b.minor : a.major < b.major
}

function versionsOf({ name }: PublicSchema, all: readonly PublicSchema[]): PublicSchemaView['versions'] {
  const versions = all.filter((schema) => schema.name === name).sort((a, b) => (isBefore(a, b) ? -1 : 1))
  return versions.map((schema, place) => {
    const former = versions[place - 1]
    const changes = former === undefined ? [] : contractChanges(former, schema)
    return {
      version: formatVersion(schema.version),
      deprecated: schema.deprecated !== undefined,
      changes: changes.map(({ needs, what }) => ({ needs, what })),
    }
  })
}

/** A consumer whose public schema is nowhere to be found still shows what it asks for. */
function viewConsumer(consumer: ConsumerSchema, pipeline: Pipeline): ConsumerView {
  const id = consumerId(consumer)
  const resolved = pipeline.consumers.find((definition) => definition.id === id)
  const { name, majorVersion } = consumer.publicSchema
  return {
    id,
    name: consumer.name,
    manifest: consumer.manifest,
    publicSchema:
      resolved === undefined
        ? `${consumer.sourceManifest}/${name}@${majorVersion}`
        : publicSchemaId(resolved.publicSchema),
    destination: destinationOf(consumer, pipeline),
    sql: consumer.sql,
    ...(consumer.deleteSql === undefined ? {} : { deleteSql: consumer.deleteSql }),
  }
}

/** It may be another manifest's connection; where it is not found, what is written is taken for an own one. */
function destinationOf(consumer: ConsumerSchema, { consumers }: Pipeline): string {
  const resolved = consumers.find(({ id }) => id === consumerId(consumer))?.destination
  return `${resolved?.manifest ?? consumer.manifest}/${consumer.destination}`
}
