import type { TestDatabase } from '../../sync-core/testing/test-database.ts'
import type { Shape } from './shape.ts'

/** The manifest that publishes and consumes a shape. Passwords are read from the environment: `passwordVariable`. */
export function benchManifest(
  shape: Shape,
  slotName: string,
  source: TestDatabase,
  destinations: readonly TestDatabase[],
): unknown {
  const { key, types, transformations } = shape.publicSchema
  const slugs = destinations.map((_, index) => `destination-${index + 1}`)
  return {
    slug: 'bench',
    manifestVersion: 1,
    connections: [
      connection('source', source),
      ...destinations.map((one, index) => connection(slugs[index] ?? '', one)),
    ],
    dataStores: [
      { connectionSlug: 'source', config: { connectionType: 'postgres', slotName, publicationName: slotName } },
      ...slugs.map((connectionSlug) => ({ connectionSlug })),
    ],
    publicSchemas: [
      {
        name: 'publish',
        version: { major: 1, minor: 0 },
        source: { dataStoreSlug: 'source' },
        outputSchema: {
          type: 'object',
          properties: Object.fromEntries(
            Object.entries(types).map(([column, type]) => [column, { 'x-postgres-type': type }]),
          ),
          'x-rejot': { key: [key] },
        },
        config: {
          publicSchemaType: 'postgres',
          transformations: transformations.flatMap((one) =>
            ['insert', 'update'].map((operation) => ({ operation, ...one })),
          ),
        },
      },
    ],
    consumerSchemas: slugs.map((destinationDataStoreSlug) => ({
      name: `consume-in-${destinationDataStoreSlug}`,
      sourceManifestSlug: 'bench',
      publicSchema: { name: 'publish', majorVersion: 1 },
      config: { consumerSchemaType: 'postgres', destinationDataStoreSlug, ...shape.consumer },
    })),
  }
}

/** All databases of a bench share their superuser's password with the others of their server. */
export function passwordVariable(slug: string): string {
  return `REJOT_${slug.toUpperCase().replaceAll('-', '_')}_PASSWORD`
}

function connection(slug: string, database: TestDatabase): unknown {
  const { host, port, user } = database.connection
  const password = `\${env:${passwordVariable(slug)}}`
  return { slug, config: { connectionType: 'postgres', host, port, user, password, database: database.name } }
}
