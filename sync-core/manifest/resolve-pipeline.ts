import type { Connection } from '../domain/connection.ts'
import { type ConsumerSchema, consumerId } from '../domain/consumer-schema.ts'
import type {
  ConsumerDefinition,
  DataStore,
  Manifest,
  Pipeline,
  Problem,
  SourceDefinition,
} from '../domain/manifest.ts'
import { type PublicSchema, publicSchemaId } from '../domain/public-schema.ts'
import { mayConsume } from './access.ts'
import type { LoadedManifest } from './load-manifests.ts'

/**
 * What several manifests say together: which sources are followed, and what each consumer reads and writes. Pure.
 * Whatever refers to nothing, or to several things, is a problem at the place of the reference, and left out. Where not
 * everything could be read (`whole` is false), a reference to nothing is not reported: what it means may be there.
 */
export function resolvePipeline(
  loaded: readonly LoadedManifest[],
  whole: boolean,
): {
  readonly pipeline: Pipeline
  readonly problems: readonly Problem[]
} {
  const problems: Problem[] = []
  const own = uniqueManifests(loaded, problems)
  const manifests = own.map(({ manifest }) => manifest)
  const sources = own.flatMap((one) => sourcesOf(one, problems))
  const context = { manifests, problems, whole }
  const consumers = own.flatMap((one) => consumersOf(one, context))
  reportSharedSlots(sources)
  return {
    pipeline: { manifests, sources: sources.map(({ source }) => withVersions(source, consumers)), consumers },
    problems,
  }
}

/** Every version is kept only where somebody takes it. */
function withVersions(source: SourceDefinition, consumers: readonly ConsumerDefinition[]): SourceDefinition {
  const wanted = consumers.filter(({ sourceId, schema }) => sourceId === source.id && schema.everyVersion === true)
  const everyVersion = [...new Set(wanted.map(({ publicSchema }) => publicSchemaId(publicSchema)))]
  return everyVersion.length === 0 ? source : { ...source, everyVersion }
}

/** A source with the way to report something about it. */
interface PlacedSource {
  readonly source: SourceDefinition
  readonly report: (message: string) => void
}

interface Context {
  readonly manifests: readonly Manifest[]
  readonly problems: Problem[]
  readonly whole: boolean
}

function uniqueManifests(loaded: readonly LoadedManifest[], problems: Problem[]): readonly LoadedManifest[] {
  return loaded.filter(({ manifest, locate }, place) => {
    const first = loaded.findIndex((other) => other.manifest.slug === manifest.slug)
    if (first === place || manifest.slug === '') return true
    const other = loaded[first]?.manifest.path ?? ''
    problems.push({
      severity: 'error',
      file: manifest.path,
      ...locate(manifest, ['slug']),
      message: `Manifest "${manifest.slug}" is a second one of this name; the first is ${other}`,
    })
    return false
  })
}

function sourcesOf({ manifest, locate }: LoadedManifest, problems: Problem[]): readonly PlacedSource[] {
  return manifest.dataStores.flatMap((store) => {
    const connection = manifest.connections.find(({ slug }) => slug === store.connection)
    const publicSchemas = highestMinors(
      manifest.publicSchemas.filter((schema) => schema.dataStore === store.connection),
    )
    if (connection === undefined || store.replication === undefined || publicSchemas.length === 0) return []
    const source = { id: sourceId(manifest, store), connection, ...store.replication, publicSchemas }
    const report = (message: string) => {
      const place = locate(store, ['config', 'slotName'])
      problems.push({ severity: 'error', file: manifest.path, ...place, message })
    }
    return [{ source, report }]
  })
}

function sourceId(manifest: Manifest, store: DataStore): string {
  return `${manifest.slug}/${store.connection}`
}

/** Minors replace each other: a major version is published once, as its highest minor says. */
function highestMinors(schemas: readonly PublicSchema[]): readonly PublicSchema[] {
  return schemas.filter(
    (schema) =>
      !schemas.some(
        ({ name, version }) =>
          name === schema.name && version.major === schema.version.major && version.minor > schema.version.minor,
      ),
  )
}

function consumersOf({ manifest, locate }: LoadedManifest, context: Context): readonly ConsumerDefinition[] {
  return manifest.consumerSchemas.flatMap((schema) => {
    const report = (fields: readonly string[], message: string): undefined => {
      if (!context.whole) return
      context.problems.push({ severity: 'error', file: manifest.path, ...locate(schema, fields), message })
    }
    const publicSchema = findPublicSchema(schema, context.manifests, report)
    if (publicSchema !== undefined && !mayConsume(publicSchema, manifest.slug)) {
      return report(['publicSchema'], notAllowed(schema, publicSchema)) ?? []
    }
    if (publicSchema?.deprecated !== undefined) {
      const place = locate(schema, ['publicSchema'])
      context.problems.push({
        severity: 'warning',
        file: manifest.path,
        ...place,
        message: deprecation(schema, publicSchema),
      })
    }
    const destination = findDestination(schema, manifest, context.manifests, report)
    if (publicSchema === undefined || destination === undefined) return []
    const sourceId = `${publicSchema.manifest}/${publicSchema.dataStore}`
    return [{ id: consumerId(schema), schema, sourceId, publicSchema, destination }]
  })
}

function notAllowed({ manifest, name }: ConsumerSchema, publicSchema: PublicSchema): string {
  const allowed = publicSchema.access?.join(', ') || 'none'
  return `Consumer schema "${name}" may not read public schema "${publicSchema.name}": manifest "${publicSchema.manifest}" lets ${allowed} consume it, and this one is "${manifest}"`
}

function deprecation({ name }: ConsumerSchema, publicSchema: PublicSchema): string {
  const { name: read, version, deprecated } = publicSchema
  const why = deprecated ? `: ${deprecated}` : ''
  return `Public schema "${read}" ${version.major}, which consumer schema "${name}" reads, is deprecated${why}`
}

type Report = (fields: readonly string[], message: string) => undefined

function findPublicSchema(
  { name, sourceManifest, publicSchema }: ConsumerSchema,
  manifests: readonly Manifest[],
  report: Report,
): PublicSchema | undefined {
  const manifest = manifests.find(({ slug }) => slug === sourceManifest)
  if (manifest === undefined) {
    return report(
      ['sourceManifestSlug'],
      `Consumer schema "${name}" reads from manifest "${sourceManifest}", which is not among the files given`,
    )
  }
  const named = manifest.publicSchemas.filter((schema) => schema.name === publicSchema.name)
  if (named.length === 0) {
    return report(
      ['publicSchema', 'name'],
      `Manifest "${sourceManifest}" has no public schema "${publicSchema.name}", which consumer schema "${name}" reads`,
    )
  }
  const [found] = highestMinors(named.filter(({ version }) => version.major === publicSchema.majorVersion))
  if (found !== undefined) return found
  const majors = [...new Set(named.map(({ version }) => version.major))].sort((a, b) => a - b).join(', ')
  return report(
    ['publicSchema', 'majorVersion'],
    `Public schema "${publicSchema.name}" has no version ${publicSchema.majorVersion}, which consumer schema "${name}" reads; it has ${majors}`,
  )
}

function findDestination(
  { name, destination }: ConsumerSchema,
  own: Manifest,
  manifests: readonly Manifest[],
  report: Report,
): Connection | undefined {
  const ownOne = own.connections.find(({ slug }) => slug === destination)
  if (ownOne !== undefined) return ownOne
  const found = manifests.flatMap(({ connections }) => connections.filter(({ slug }) => slug === destination))
  const [first, second] = found
  if (first !== undefined && second === undefined) return first
  const message =
    first === undefined
      ? `There is no connection "${destination}", which consumer schema "${name}" writes`
      : `Connection "${destination}", which consumer schema "${name}" writes, is in several manifests: ${found.map(({ manifest }) => manifest).join(', ')}`
  return report(['config', 'destinationDataStoreSlug'], message)
}

/** A slot belongs to a whole server, whatever the database, and gives each change once. */
function reportSharedSlots(sources: readonly PlacedSource[]): void {
  const owners = new Map<string, SourceDefinition>()
  for (const { source, report } of sources) {
    const { connection, slotName } = source
    const slot = `${serverOf(connection)} ${slotName}`
    const owner = owners.get(slot)
    if (owner !== undefined) report(`Slot "${slotName}" is used by ${owner.id} too, on the same server`)
    else owners.set(slot, source)
  }
}

function serverOf({ host, port }: Connection): string {
  const name = host.toLowerCase()
  const loopback = name === 'localhost' || name === '::1' || name.startsWith('127.')
  return `${loopback ? 'loopback' : name}:${port}`
}
