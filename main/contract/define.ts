import { z } from 'zod'
import type { CatalogueTable } from '../../sync-core/domain/catalogue.ts'
import type { DraftComparison } from '../../sync-core/domain/comparison.ts'
import type { Completions } from '../../sync-core/domain/completion.ts'
import type { ConsumerDescription, DryRun, GeneratedConsumer } from '../../sync-core/domain/consumer-draft.ts'
import type { PublicSchemaDescription } from '../../sync-core/domain/description.ts'
import type { Preview } from '../../sync-core/domain/preview.ts'
import type { PlanNode, QueryPlan } from '../../sync-core/domain/query-plan.ts'
import type { SqlDiagnostic } from '../../sync-core/domain/sql-problem.ts'

/**
 * What is asked of databases while schemas are being written. What is wrong with a draft is part of the answer; a verb
 * fails only where the database cannot be asked. Slow ones take a `question`, an id that the window makes: asking again
 * under it, or `question.cancel`, ends the former at the server too.
 */
const name = z.string().max(400)
const text = z.string().max(1_000_000)
const cell = z.string().nullable()

/** May be missing, and is then there as `undefined`, as the engine's nouns have it. */
function maybe<T extends z.ZodType>(schema: T) {
  return schema.optional().transform((value) => value)
}

function list<T extends z.ZodType>(schema: T) {
  return z.array(schema).readonly()
}

const diagnostic = z.object({
  severity: z.enum(['error', 'warning']),
  from: z.number(),
  to: z.number(),
  message: z.string(),
  hint: z.string().optional(),
  cure: z.string().optional(),
  sqlstate: z.string().optional(),
}) satisfies z.ZodType<SqlDiagnostic>

const contractColumn = z.object({
  name,
  postgresType: maybe(name),
  nullable: z.boolean(),
  description: maybe(text),
})

const catalogueColumn = z.object({
  name: z.string(),
  type: z.string(),
  nullable: z.boolean(),
  default: maybe(z.string()),
  generated: maybe(z.enum(['always', 'by default', 'stored', 'virtual'])),
  comment: maybe(z.string()),
})

const catalogueTable = z.object({
  oid: z.number(),
  schema: z.string(),
  name: z.string(),
  kind: z.enum(['table', 'partitioned table', 'view', 'materialized view', 'foreign table']),
  partitionOf: maybe(z.string()),
  comment: maybe(z.string()),
  rowsEstimated: maybe(z.number()),
  columns: list(catalogueColumn),
  primaryKey: list(z.string()),
  uniqueKeys: list(list(z.string())),
  foreignKeys: list(
    z.object({ columns: list(z.string()), schema: z.string(), table: z.string(), references: list(z.string()) }),
  ),
  replicaIdentity: z.enum(['primary key', 'index', 'full', 'nothing']),
  readable: z.boolean(),
}) satisfies z.ZodType<CatalogueTable>

const transformation = z.object({ table: name, sql: text })

const described = z.object({
  name: z.string(),
  type: z.string(),
  nullable: z.boolean(),
  from: maybe(z.object({ schema: z.string(), table: z.string(), column: z.string() })),
  madeOf: list(z.string()).optional(),
  comment: maybe(z.string()),
})
const trouble = z.object({ message: z.string(), hint: maybe(z.string()) })

const publicSchemaDescription = z.object({
  statements: list(
    z.object({
      table: z.string(),
      tableProblem: maybe(trouble),
      diagnostics: list(diagnostic),
      columns: maybe(list(described)),
      form: maybe(z.enum(['set', 'one-by-one'])),
      reads: list(
        z.object({
          table: z.string(),
          followed: z.enum(['listened', 'not tracked', 'no']),
          cure: maybe(z.object({ table: z.string(), sql: z.string() })),
        }),
      ),
    }),
  ),
  columns: list(described),
  suggestedKey: maybe(list(z.string())),
  problems: list(trouble),
}) satisfies z.ZodType<PublicSchemaDescription>

const image = z.record(name, z.string().max(10_000_000).nullable())

const rowChoice = z.discriminatedUnion('by', [
  z.object({ by: z.literal('key'), keys: z.array(image).max(100) }),
  z.object({ by: z.literal('first'), count: z.number().int().min(1).max(100) }),
  z.object({ by: z.literal('random'), count: z.number().int().min(1).max(100) }),
  z.object({ by: z.literal('image'), image, key: image.optional() }),
])

const preview = z.object({
  diagnostics: list(diagnostic),
  identity: list(z.string()),
  sources: list(z.record(z.string(), cell)),
  columns: list(z.object({ name: z.string(), type: z.string() })),
  rows: list(z.object({ source: z.number(), values: list(cell) })),
  truncated: z.boolean(),
  elapsedMs: z.number(),
}) satisfies z.ZodType<Preview>

const planNode: z.ZodType<PlanNode> = z.lazy(() =>
  z.object({
    what: z.string(),
    schema: maybe(z.string()),
    table: maybe(z.string()),
    index: maybe(z.string()),
    condition: maybe(z.string()),
    rowsEstimated: z.number(),
    cost: z.number(),
    inputs: list(planNode),
  }),
)
const queryPlan = z.object({
  diagnostics: list(diagnostic),
  root: maybe(planNode),
  keys: z.number(),
}) satisfies z.ZodType<QueryPlan>

const version = z.object({ major: z.number(), minor: z.number() })
const promised = z.object({ columns: z.array(contractColumn).max(1_664), key: maybe(z.array(name)) })

const draftComparison = z.object({
  changes: list(z.object({ needs: z.enum(['major', 'minor']), column: maybe(z.string()), what: z.string() })),
  needs: z.enum(['nothing', 'minor', 'major']),
  version,
  consumers: list(z.object({ consumer: z.string(), breaks: list(z.string()) })),
}) satisfies z.ZodType<DraftComparison>

const contract = z.object({ name, columns: z.array(contractColumn).max(1_664), key: z.array(name) })
const consumerDraft = z.object({ name, sql: text, deleteSql: maybe(text), createTable: text.optional() })

const consumerDescription = z.object({
  sql: list(diagnostic),
  deleteSql: list(diagnostic),
  createTable: list(diagnostic),
  mapping: z.object({
    unused: list(z.string()),
    columns: list(
      z.object({
        column: catalogueColumn,
        filledBy: maybe(list(z.string())),
        problem: maybe(z.object({ severity: z.enum(['error', 'warning']), message: z.string() })),
      }),
    ),
  }),
}) satisfies z.ZodType<ConsumerDescription>

const dryRow = z.object({ before: maybe(list(cell)), after: maybe(list(cell)) })
const dryRun = z.object({
  sql: list(diagnostic),
  deleteSql: list(diagnostic),
  createTable: list(diagnostic),
  columns: list(z.string()),
  key: list(z.string()),
  rows: list(dryRow),
  rowsUnknown: maybe(z.string()),
  refused: list(
    z.object({
      event: z.number(),
      sqlstate: maybe(z.string()),
      message: z.string(),
      hint: z.string(),
      constraint: maybe(z.string()),
      waitsBehind: z.boolean(),
    }),
  ),
  changedAgain: maybe(list(dryRow)),
  sequences: list(z.string()),
}) satisfies z.ZodType<DryRun>

const completions = z.object({
  from: z.number(),
  to: z.number(),
  items: list(
    z.object({
      kind: z.enum(['table', 'schema', 'column', 'alias', 'placeholder', 'condition', 'function', 'type', 'keyword']),
      label: z.string(),
      insert: z.string(),
      detail: maybe(z.string()),
    }),
  ),
}) satisfies z.ZodType<Completions>

const generated = z.object({
  sql: z.string(),
  deleteSql: z.string(),
  createTable: maybe(z.string()),
  notes: list(z.string()),
}) satisfies z.ZodType<GeneratedConsumer>

const question = z.string().min(1).max(100)

const publicDraft = z.object({
  name,
  transformations: z.array(transformation).max(100),
  key: z.array(name).optional(),
  columns: z.array(contractColumn).max(1_664).optional(),
  notTracked: z.array(name).optional(),
})

/** Tables of the destination that its own source publishes from, as written; main fills them in. */
const published = z.array(name).max(1_000)

/** What each question is, beside the connection that it is for. */
export const defineQuestions = {
  'catalogue.search': z.object({
    /** Parts of `schema.table`; upper and lower case and underscores aside. */
    search: z.string().max(200).optional(),
    schema: name.optional(),
    offset: z.number().int().min(0),
    limit: z.number().int().min(1).max(200),
  }),
  /** Reads the catalogue again where it has changed since it was read. */
  'catalogue.refresh': z.object({}),
  'sql.complete': z.object({
    sql: text,
    offset: z.number().int().min(0),
    placeholders: z.array(z.object({ name, type: maybe(name) })).max(1_664),
    statement: z.enum(['public', 'consumer']),
  }),
  'publicSchema.describe': z.object({ question, draft: publicDraft }),
  /** The same by the text alone, with no database asked and at once: no columns. */
  'publicSchema.check': z.object({ draft: publicDraft }),
  'publicSchema.preview': z.object({ question, transformation, rows: rowChoice }),
  'publicSchema.plan': z.object({ question, transformation }),
  /** Of texts alone: no database is asked. Main fills in what the workspace's manifests have. */
  'publicSchema.compare': z.object({
    draft: promised,
    saved: promised.extend({
      manifest: name,
      name,
      version,
      dataStore: name,
      transformations: z.array(transformation),
      description: maybe(text),
      owner: maybe(text),
    }),
    versions: z.array(version),
    consumers: z.array(
      z.object({
        manifest: name,
        name,
        sourceManifest: name,
        publicSchema: z.object({ name, majorVersion: z.number() }),
        destination: name,
        sql: text,
        deleteSql: maybe(text),
      }),
    ),
  }),
  /** Another name for an output column, in the text of its SQL. */
  'publicSchema.rename': z.object({ sql: text, from: name, to: name }),
  'consumer.generate': z.object({ contract, table: z.object({ schema: maybe(name), name }), comments: z.boolean() }),
  'consumer.describe': z.object({ question, draft: consumerDraft, contract, published: published.optional() }),
  /** Refused at a production database without `confirmed`: it writes, though it takes everything back. */
  'consumer.dryRun': z.object({
    question,
    draft: consumerDraft,
    contract,
    published: published.optional(),
    events: z
      .array(z.object({ operation: z.enum(['insert', 'update', 'delete']), key: z.string(), payload: z.string() }))
      .max(200),
    confirmed: z.boolean(),
  }),
} as const

export const defineAnswers = {
  'catalogue.search': z.object({
    database: z.string(),
    serverVersion: z.string(),
    mark: z.string(),
    schemas: list(z.string()),
    /** How many there are that the search finds. */
    total: z.number(),
    tables: list(catalogueTable),
    /** The database has more tables than are read. */
    truncated: z.boolean(),
  }),
  'catalogue.refresh': z.object({ mark: z.string(), changed: z.boolean() }),
  'sql.complete': completions,
  'publicSchema.describe': publicSchemaDescription,
  'publicSchema.check': publicSchemaDescription,
  'publicSchema.preview': preview,
  'publicSchema.plan': queryPlan,
  'publicSchema.compare': draftComparison,
  /** Without SQL: the text does not name that column, so it has to be written there. */
  'publicSchema.rename': z.object({ sql: text.optional() }),
  'consumer.generate': generated,
  'consumer.describe': consumerDescription,
  'consumer.dryRun': dryRun,
} as const satisfies Record<keyof typeof defineQuestions, z.ZodType>

export type DefineName = keyof typeof defineQuestions
export type DefineQuestion<N extends DefineName> = z.infer<(typeof defineQuestions)[N]>
export type DefineAnswer<N extends DefineName> = z.infer<(typeof defineAnswers)[N]>

/** A saved connection or a draft of one, `<manifest>/<slug>`. */
const connection = z.string().max(1_000)
/** The connection that the public schema is read from, to see whether the consumer would feed itself. */
const source = connection.optional()

export const defineVerbs = {
  'catalogue.search': {
    input: defineQuestions['catalogue.search'].extend({ connection }),
    output: defineAnswers['catalogue.search'],
  },
  'catalogue.refresh': {
    input: defineQuestions['catalogue.refresh'].extend({ connection }),
    output: defineAnswers['catalogue.refresh'],
  },
  'sql.complete': {
    input: defineQuestions['sql.complete'].extend({ connection }),
    output: defineAnswers['sql.complete'],
  },
  'publicSchema.describe': {
    input: defineQuestions['publicSchema.describe'].extend({ connection }),
    output: defineAnswers['publicSchema.describe'],
  },
  'publicSchema.check': {
    input: defineQuestions['publicSchema.check'],
    output: defineAnswers['publicSchema.check'],
  },
  'publicSchema.preview': {
    input: defineQuestions['publicSchema.preview'].extend({ connection }),
    output: defineAnswers['publicSchema.preview'],
  },
  'publicSchema.plan': {
    input: defineQuestions['publicSchema.plan'].extend({ connection }),
    output: defineAnswers['publicSchema.plan'],
  },
  'publicSchema.compare': {
    /** `schema`: the saved one, `@harbor/accounts/publish-account@1`. */
    input: z.object({ schema: z.string().max(1_500), draft: promised }),
    output: defineAnswers['publicSchema.compare'],
  },
  'publicSchema.rename': {
    input: defineQuestions['publicSchema.rename'],
    output: defineAnswers['publicSchema.rename'],
  },
  'consumer.generate': {
    input: defineQuestions['consumer.generate'].extend({ connection }),
    output: defineAnswers['consumer.generate'],
  },
  'consumer.describe': {
    input: defineQuestions['consumer.describe'].omit({ published: true }).extend({ connection, source }),
    output: defineAnswers['consumer.describe'],
  },
  'consumer.dryRun': {
    input: defineQuestions['consumer.dryRun'].omit({ published: true }).extend({ connection, source }),
    output: defineAnswers['consumer.dryRun'],
  },
  'question.cancel': { input: z.object({ question }), output: z.undefined() },
} as const
