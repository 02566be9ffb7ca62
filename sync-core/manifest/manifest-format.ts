import { z } from 'zod'

/**
 * What a manifest may hold, for editors: they complete and explain it where `$schema` names this. The published format
 * with what we add to it. It refuses nothing that `parseManifest` takes; that one knows more, and has the better words.
 */
export function manifestJsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(manifest, { target: 'draft-7', io: 'input' })
  return { $schema, title: 'ReJot manifest', ...rest }
}

/** Postgres keeps these names for the whole server. */
const serverName = z.string().regex(/^[a-z0-9_]{1,63}$/)
const name = z.string().min(1).max(255)
const version = z.int().min(0)

const connection = z.looseObject({
  slug: name.describe('What data stores and consumer schemas call this connection.'),
  config: z.looseObject({
    connectionType: z.literal('postgres'),
    host: name.describe('One host, without port and protocol.'),
    port: z.int().min(1).max(65_535),
    user: name,
    password: z
      .string()
      .optional()
      .describe('Better not the password itself: $' + '{env:REJOT_…} names the variable that holds it.'),
    database: name,
  }),
})

const dataStore = z.looseObject({
  connectionSlug: name.describe('The connection that changes are read from.'),
  config: z
    .looseObject({
      connectionType: z.literal('postgres'),
      slotName: serverName
        .optional()
        .describe('The replication slot; made when missing. One for each server and engine.'),
      publicationName: serverName.optional().describe('The publication; made when missing.'),
      tables: z.array(z.string()).optional().describe('Not needed: the tables are those of the transformations.'),
      allTables: z.boolean().optional().describe('Not needed: the tables are those of the transformations.'),
    })
    .optional(),
})

const column = z.looseObject({
  type: z
    .unknown()
    .describe('JSON Schema type; with "null" in a list of types where the column may be NULL.')
    .optional(),
  description: z.unknown().describe('What the column means, for those who read it.').optional(),
  'x-postgres-type': z.unknown().describe('The type that Postgres gives it, such as int8 or text[].').optional(),
})

const additions = z.looseObject({
  key: z.array(name).min(1).optional().describe('The columns that name a row, each row once.'),
  owner: z.unknown().describe('The team that answers for it.').optional(),
  description: z.unknown().describe('What its rows are, for those who look for data.').optional(),
  tags: z.unknown().describe('Words to find it by.').optional(),
  access: z
    .array(name)
    .optional()
    .describe('Slugs of the manifests that may consume it, * for any part, as in @harbor/*. Without it everyone may.'),
  deprecated: z
    .union([z.boolean(), z.string()])
    .optional()
    .describe('true, or a sentence that says why and what to use instead.'),
  notTracked: z
    .array(name)
    .optional()
    .describe('Tables that the SQL reads and whose changes are, knowingly, not listened to.'),
})

const outputSchema = z
  .looseObject({
    type: z.unknown().optional(),
    // JSON Schema allows true and false for a schema, and the parser is patient with more.
    properties: z
      .record(z.string(), z.union([column, z.unknown()]))
      .optional()
      .describe('The columns, by name, in their order.'),
    required: z.array(z.string()).optional().describe('The columns that are always there.'),
    'x-rejot': additions.optional().describe('What ReJot Desktop adds to the published format.'),
  })
  .describe('JSON Schema of a row.')

const transformation = z.looseObject({
  operation: z
    .enum(['insert', 'update', 'delete'])
    .describe('Insert and update carry the same SQL; delete is not needed.'),
  table: name.describe(
    'The source table whose changes it follows; with its schema where that is not on the search path.',
  ),
  sql: z
    .string()
    .optional()
    .describe("A SELECT that gives the public rows of one changed row. :name is that row's column, $1 its first."),
})

const publicSchema = z.looseObject({
  name: name.describe('What consumers call it.'),
  source: z.looseObject({ dataStoreSlug: name.describe('The data store that it reads.') }),
  version: z
    .looseObject({ major: version, minor: version })
    .describe('Another major where a column goes, narrows, or the key changes; another minor where one is added.'),
  definitionFile: z.unknown().describe('The file, seen from here, that it is defined in.').optional(),
  outputSchema,
  config: z.looseObject({ publicSchemaType: z.literal('postgres'), transformations: z.array(transformation).min(1) }),
})

const consumerSchema = z.looseObject({
  name: name.describe('What it is called; also in the destination, where its progress is kept.'),
  sourceManifestSlug: name.describe('The manifest that defines the public schema.'),
  publicSchema: z.looseObject({ name, majorVersion: version.describe('Its highest minor is read.') }),
  definitionFile: z.unknown().describe('The file, seen from here, that it is defined in.').optional(),
  config: z.looseObject({
    consumerSchemaType: z.literal('postgres'),
    destinationDataStoreSlug: name.describe('The connection that it writes.'),
    sql: z.string().min(1).describe('Run for each row that is new or changed. :name is a column of the public schema.'),
    deleteSql: z.string().min(1).optional().describe('Run for each row that is gone.'),
  }),
})

const manifest = z.looseObject({
  $schema: z.unknown().describe('The path of this schema, seen from the manifest, so that editors find it.').optional(),
  slug: name
    .regex(/^(@[a-z0-9-]+\/[a-z0-9-]*|[a-z0-9-]+)$/)
    .describe('What other manifests call this one: crm, or @harbor/crm.'),
  manifestVersion: z.int().min(0).max(1).describe('The version of the format: 1.'),
  connections: z.array(connection).optional().describe('Databases and how to reach them.'),
  dataStores: z.array(dataStore).optional().describe('Connections whose changes are read.'),
  eventStores: z.unknown().describe('Read and kept, but not used: events are stored in a file.').optional(),
  publicSchemas: z.array(publicSchema).optional().describe('What this team publishes.'),
  consumerSchemas: z
    .array(consumerSchema)
    .optional()
    .describe('What this team takes from others, and where it puts it.'),
  workspaces: z.array(z.string().min(1)).optional().describe('Paths of further manifests, seen from here.'),
})
