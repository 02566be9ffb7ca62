import { compareDraft } from '../../sync-core/define/compare-draft.ts'
import { writePublicSchema } from '../../sync-core/definition-files/write-public-schema.ts'
import type { DraftComparison } from '../../sync-core/domain/comparison.ts'
import { replicationNames } from '../../sync-core/domain/connection.ts'
import type { Pipeline } from '../../sync-core/domain/manifest.ts'
import { formatVersion, type PublicSchema, publicSchemaId, type Version } from '../../sync-core/domain/public-schema.ts'
import type { PublicSchemaForm, SchemaDraft } from '../contract/schema-edit.ts'
import { definitionOf, entryOf, readSchemaFiles } from './schema-files.ts'
import {
  allConsumers,
  changesIn,
  type Effect,
  highest,
  listed,
  manifestOf,
  nameOf,
  nameProblem,
  nothing,
  notThere,
  outsideProblem,
  readersOf,
  type SchemaPlan,
  wordsProblem,
} from './schema-plan.ts'

type PublicDraft = Extract<SchemaDraft, { kind: 'public' }>

/** Rejects with a Refusal where the files cannot be read, or the schema is not written here. */
export async function planPublic(
  pipeline: Pipeline,
  { schema: id, form, base, outside }: PublicDraft,
): Promise<SchemaPlan> {
  const manifest = manifestOf(pipeline, form.manifest)
  const versions = manifest.publicSchemas.filter(({ name }) => name === form.name)
  const former = highest(versions.filter((one) => publicSchemaId(one) === id))
  if (id !== undefined && former === undefined && base?.name === form.name) throw notThere(id)
  const wanted = schemaOf(form)
  const comparison =
    former === undefined
      ? undefined
      : compareDraft({
          // What is published, whatever a file says since.
          saved: former,
          draft: wanted,
          versions: versions.map(({ version }) => version),
          consumers: allConsumers(pipeline),
        })
  const version = versionOf(form, comparison)
  const isNew = former === undefined || former.version.major !== version.major
  const files = await readSchemaFiles(manifest.path)
  const entry = former && entryOf(files.manifest, former.name, formatVersion(former.version))
  const fresh = isNew ? { name: form.name, major: version.major } : undefined
  const before = { ...files, definition: await definitionOf(files, entry, fresh) }
  const after = writePublicSchema(before, {
    schema: { ...wanted, version },
    former: former?.version,
    replication: replicationNames(form.manifest, form.connection),
  })
  const ownId = publicSchemaId({ ...form, version })
  return {
    ...nothing,
    id: ownId,
    manifest,
    changes: changesIn(files, before, after),
    version: { ...version, because: becauseOf(version, comparison) },
    effects: [...effectsOf(comparison, former, version), ...deprecation(pipeline, form, base, ownId)],
    problems: [
      ...outsideProblem(outside),
      ...nameProblem(form, base, versions.length > 0),
      ...wordsProblem(after, form.name),
      ...(form.transformations.length === 0
        ? [{ message: `${form.name} listens to no table`, solution: 'Choose a table first.' }]
        : []),
      ...(form.columns.length === 0
        ? [{ message: `${form.name} has no columns`, solution: 'Let the server describe its SQL first.' }]
        : []),
    ],
    objects: [ownId, `${form.manifest}/${form.connection}`],
    source: `${form.manifest}/${form.connection}`,
  }
}

function schemaOf(form: PublicSchemaForm): Omit<PublicSchema, 'manifest'> {
  return {
    name: form.name,
    version: { major: form.major, minor: form.minor },
    dataStore: form.connection,
    columns: form.columns.map(({ name, postgresType, nullable, description }) => ({
      name,
      postgresType,
      nullable,
      description,
    })),
    key: form.key.length === 0 ? undefined : form.key,
    transformations: form.transformations,
    description: form.description === '' ? undefined : form.description,
    owner: form.owner === '' ? undefined : form.owner,
    tags: form.tags,
    access: form.access,
    deprecated: form.deprecated === undefined ? undefined : (form.deprecated.note ?? ''),
    notTracked: form.notTracked,
  }
}

/** The least that the change asks for, or what the form says where that is more. */
function versionOf({ major, minor }: PublicSchemaForm, comparison: DraftComparison | undefined): Version {
  const own = { major, minor }
  if (comparison === undefined) return own
  const least = comparison.version
  return major > least.major || (major === least.major && minor > least.minor) ? own : least
}

function becauseOf(version: Version, comparison: DraftComparison | undefined): string {
  if (comparison === undefined) return 'It is new'
  const { needs, changes, version: least } = comparison
  if (formatVersion(version) !== formatVersion(least)) return 'The form says so'
  if (needs === 'nothing') return 'Its contract stays the same'
  const reasons = changes.filter((change) => change.needs === needs).map(({ what }) => what)
  return `It ${listed(reasons)}`
}

function effectsOf(
  comparison: DraftComparison | undefined,
  former: PublicSchema | undefined,
  version: Version,
): readonly Effect[] {
  if (comparison === undefined || former === undefined) return []
  const { consumers } = comparison
  if (former.version.major !== version.major) {
    const stay = `Version ${former.version.major} is published beside it, as it is`
    const readers = consumers.map(({ consumer }) => nameOf(consumer))
    const sentence =
      readers.length === 0
        ? `${stay}.`
        : `${stay}: ${listed(readers)} ${readers.length === 1 ? 'stays' : 'stay'} on it.`
    return [{ severity: 'note', sentence }]
  }
  return consumers.map(({ consumer, breaks }) =>
    breaks.length === 0
      ? { severity: 'note', sentence: `${nameOf(consumer)} reads it and keeps working.` }
      : { severity: 'danger', sentence: `${nameOf(consumer)} breaks: it ${listed(breaks)}.` },
  )
}

function deprecation(
  pipeline: Pipeline,
  form: PublicSchemaForm,
  base: PublicSchemaForm | undefined,
  id: string,
): readonly Effect[] {
  if (form.deprecated === undefined) {
    return base?.deprecated === undefined
      ? []
      : [{ severity: 'note', sentence: 'New consumers may begin to read it again.' }]
  }
  if (base?.deprecated !== undefined) return []
  const readers = readersOf(pipeline, id)
  const still =
    readers.length === 0
      ? 'Nobody reads it now.'
      : `${listed(readers)} still ${readers.length === 1 ? 'reads' : 'read'} it and may go on.`
  return [{ severity: 'warning', sentence: `It takes no new consumers. ${still}` }]
}
