import { createHash } from 'node:crypto'
import { FailureError } from '../domain/failure.ts'
import type { SourceDefinition } from '../domain/manifest.ts'
import { publicSchemaId, versionsId } from '../domain/public-schema.ts'
import type { BrokenPublicSchema } from '../domain/source.ts'
import type { SqlAnalyst } from '../domain/sql-analyst.ts'
import { classifyReadingFailure } from './classify-failure.ts'
import type { SourceTable } from './describe-table.ts'
import type { PublicationFacts } from './ensure-publication.ts'
import { lockTimeout } from './failure-rules.ts'
import { withGrant } from './missing-right.ts'
import { type PostgresPublicSchema, preparePublicSchema } from './prepare-public-schema.ts'
import { prepareVersions } from './prepare-versions.ts'
import type { Session } from './session.ts'

/** Which public schemas of a source can be followed as they are, and what is wrong with the others. */
export interface FollowedSchemas {
  readonly schemas: readonly PostgresPublicSchema[]
  readonly broken: readonly BrokenPublicSchema[]
}

/**
 * Has the server prepare every public schema but those in `without`; one that the database does not allow as it is leaves
 * the others alone. Throws the driver's error, or a FailureError, when the connection is lost.
 */
export async function prepareSchemas(
  session: Session,
  definition: SourceDefinition,
  analyst: SqlAnalyst,
  without: ReadonlySet<string>,
): Promise<FollowedSchemas> {
  const schemas: PostgresPublicSchema[] = []
  const broken: BrokenPublicSchema[] = []
  for (const schema of definition.publicSchemas) {
    const id = publicSchemaId(schema)
    const wanted = [id, ...(definition.everyVersion?.includes(id) ? [versionsId(id)] : [])]
    const followed = wanted.filter((one) => !without.has(one))
    if (followed.length === 0) continue
    let trying = id
    try {
      const prepared = await preparePublicSchema(session, schema, analyst)
      if (followed.includes(id)) schemas.push(prepared)
      trying = versionsId(id)
      if (!followed.includes(trying)) continue
      const { publicationName } = definition
      schemas.push(await prepareVersions(session, { schema, prepared, analyst, publicationName }))
    } catch (error) {
      const failure = withGrant(classifyReadingFailure(error, trying), definition.connection.user)
      // A lost connection says nothing of the public schema; a locked table keeps this one waiting alone.
      if (failure.policy === 'retry' && failure.sqlstate !== lockTimeout) throw error
      const failed = trying === id ? followed : [trying]
      for (const one of failed) broken.push({ id: one, failure })
    }
  }
  return { schemas, broken }
}

/** The tables that public schemas listen to, each once. */
export function tablesOf(schemas: readonly PostgresPublicSchema[]): readonly SourceTable[] {
  const tables = new Map<number, SourceTable>()
  for (const schema of schemas) {
    for (const { source } of schema.transformations) tables.set(source.oid, source)
  }
  return [...tables.values()]
}

/** Of what was prepared, what the publication lets through whole. */
export function letThrough(prepared: FollowedSchemas, { refused, places }: PublicationFacts): FollowedSchemas {
  const faults = new Map(
    prepared.schemas.flatMap((schema) => {
      const [fault] = schema.transformations.flatMap(({ source }) => refused.get(source.oid) ?? [])
      return fault === undefined ? [] : [[schema.id, fault.failure] as const]
    }),
  )
  return {
    schemas: prepared.schemas
      .filter(({ id }) => !faults.has(id))
      .map((schema) => ({ ...schema, definitionHash: withPlaces(schema, places) })),
    broken: [...prepared.broken, ...[...faults].map(([id, failure]) => ({ id, failure }))],
  }
}

/**
 * The hash of a public schema's definition, with its tables' places in the publication: a table that left it and came back
 * has changes that are in no stream.
 */
export function withPlaces(
  { definitionHash, transformations }: PostgresPublicSchema,
  places: PublicationFacts['places'],
): string {
  const tables = transformations.flatMap(({ source }) =>
    [source, ...source.heirs].map(({ oid }) => places.get(oid) ?? ''),
  )
  return createHash('sha256')
    .update(`${definitionHash} ${tables.join(' ')}`)
    .digest('hex')
}

/** For a first start, of which nothing would come. Throws a FailureError that says what is wrong with the first one. */
export function throwUnlessSome({ schemas, broken }: FollowedSchemas): void {
  const [first] = broken
  if (schemas.length === 0 && first !== undefined) throw new FailureError(first.failure)
}
