import { type ConsumerSchema, consumerId } from '../../sync-core/domain/consumer-schema.ts'
import type { Manifest } from '../../sync-core/domain/manifest.ts'
import { type PublicSchema, publicSchemaId } from '../../sync-core/domain/public-schema.ts'
import { formStartOf } from '../contract/form-start.ts'
import type { ConsumerSchemaForm, PublicSchemaForm } from '../contract/schema-edit.ts'

/** A schema that stands in the manifests, as its editor shows it. */
export type SavedForm =
  | { readonly kind: 'public'; readonly form: PublicSchemaForm }
  | { readonly kind: 'consumer'; readonly form: ConsumerSchemaForm }

/** All of them by id; of each major the highest minor, which is what is published. */
export function savedForms(manifests: readonly Manifest[]): ReadonlyMap<string, SavedForm> {
  const byMinor = manifests
    .flatMap(({ publicSchemas }) => publicSchemas)
    .toSorted((a, b) => a.version.minor - b.version.minor)
  const consumers = manifests.flatMap(({ consumerSchemas }) => consumerSchemas)
  return new Map<string, SavedForm>([
    ...byMinor.map((schema) => [publicSchemaId(schema), { kind: 'public', form: publicForm(schema) }] as const),
    ...consumers.map((schema) => [consumerId(schema), { kind: 'consumer', form: consumerForm(schema) }] as const),
  ])
}

function publicForm(schema: PublicSchema): PublicSchemaForm {
  const { deprecated } = schema
  return {
    name: schema.name,
    manifest: schema.manifest,
    connection: schema.dataStore,
    ...schema.version,
    transformations: schema.transformations.map(({ table, sql }) => ({ table, sql })),
    columns: schema.columns.map(({ name, postgresType, nullable, description }) => ({
      name,
      nullable,
      ...(postgresType === undefined ? {} : { postgresType }),
      ...(description === undefined ? {} : { description }),
    })),
    key: [...(schema.key ?? [])],
    ...(schema.owner === undefined ? {} : { owner: schema.owner }),
    ...(schema.description === undefined ? {} : { description: schema.description }),
    tags: [...(schema.tags ?? [])],
    access: [...(schema.access ?? [])],
    ...(deprecated === undefined ? {} : { deprecated: deprecated === '' ? {} : { note: deprecated } }),
    notTracked: [...(schema.notTracked ?? [])],
  }
}

function consumerForm(schema: ConsumerSchema): ConsumerSchemaForm {
  const { name, majorVersion: major } = schema.publicSchema
  return {
    name: schema.name,
    manifest: schema.manifest,
    source: { manifest: schema.sourceManifest, name, major },
    connection: schema.destination,
    sql: schema.sql,
    ...(schema.deleteSql === undefined ? {} : { deleteSql: schema.deleteSql }),
    start: formStartOf(schema.start),
    policy: schema.onRefusal ?? 'park',
  }
}
