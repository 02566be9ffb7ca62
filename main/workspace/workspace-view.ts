import { type ConsumerSchema, consumerId } from '../../sync-core/domain/consumer-schema.ts'
import type { Manifest, Pipeline, Problem } from '../../sync-core/domain/manifest.ts'
import { formatVersion, type PublicSchema, publicSchemaId } from '../../sync-core/domain/public-schema.ts'
import type {
  ConnectionView,
  ConsumerView,
  PublicSchemaView,
  WorkspaceSummary,
  WorkspaceView,
} from '../contract/contract.ts'

/** Everything written in the manifests, as the window shows it. Passwords stay here: only whether there is one goes on. */
export function viewWorkspace(
  summary: WorkspaceSummary,
  pipeline: Pipeline,
  problems: readonly Problem[],
): WorkspaceView {
  const { manifests } = pipeline
  return {
    summary,
    manifests: manifests.map(({ slug, path }) => ({ slug, path })),
    connections: manifests.flatMap((manifest) => viewConnections(manifest, manifests)),
    publicSchemas: manifests.flatMap(({ publicSchemas }) => publicSchemas.map(viewPublicSchema)),
    consumers: manifests.flatMap(({ consumerSchemas }) =>
      consumerSchemas.map((consumer) => viewConsumer(consumer, pipeline)),
    ),
    problems: problems.map((problem) => ({ ...problem })),
  }
}

function viewConnections(manifest: Manifest, manifests: readonly Manifest[]): ConnectionView[] {
  const sources = new Set(manifest.publicSchemas.map((schema) => schema.dataStore))
  const destinations = new Set(
    manifests.flatMap(({ consumerSchemas }) =>
      consumerSchemas.filter((consumer) => consumer.manifest === manifest.slug).map((consumer) => consumer.destination),
    ),
  )
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
    role: roleOf(sources.has(connection.slug), destinations.has(connection.slug)),
  }))
}

function roleOf(source: boolean, destination: boolean): ConnectionView['role'] {
  if (source) return destination ? 'both' : 'source'
  return destination ? 'destination' : 'unused'
}

function viewPublicSchema(schema: PublicSchema): PublicSchemaView {
  return {
    id: publicSchemaId(schema),
    name: schema.name,
    manifest: schema.manifest,
    version: formatVersion(schema.version),
    source: `${schema.manifest}/${schema.dataStore}`,
    ...(schema.description === undefined ? {} : { description: schema.description }),
    key: [...(schema.key ?? [])],
    columns: schema.columns.map(({ name, postgresType, nullable }) => ({
      name,
      nullable,
      ...(postgresType === undefined ? {} : { type: postgresType }),
    })),
    transformations: schema.transformations.map(({ table, sql }) => ({ table, sql })),
  }
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
    destination: `${consumer.manifest}/${consumer.destination}`,
    sql: consumer.sql,
    ...(consumer.deleteSql === undefined ? {} : { deleteSql: consumer.deleteSql }),
  }
}
