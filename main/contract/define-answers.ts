import { z } from 'zod'
import type { CatalogueTable } from '../../sync-core/domain/catalogue.ts'
import type { DraftComparison } from '../../sync-core/domain/comparison.ts'
import type { Completions } from '../../sync-core/domain/completion.ts'
import type { ConsumerDescription, DryRun, GeneratedConsumer } from '../../sync-core/domain/consumer-draft.ts'
import type { PublicSchemaDescription } from '../../sync-core/domain/description.ts'
import type { Preview } from '../../sync-core/domain/preview.ts'
import type { PlanNode, QueryPlan } from '../../sync-core/domain/query-plan.ts'
import type { SqlDiagnostic } from '../../sync-core/domain/sql-problem.ts'
import { maybe, text, version } from './define-fields.ts'
import type { DefineName } from './define-questions.ts'

// What databases say to somebody who is still writing a schema: the nouns of domain/, as they cross a process border.

const cell = z.string().nullable()

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

const draftComparison = z.object({
  changes: list(z.object({ needs: z.enum(['major', 'minor']), column: maybe(z.string()), what: z.string() })),
  needs: z.enum(['nothing', 'minor', 'major']),
  version,
  consumers: list(z.object({ consumer: z.string(), breaks: list(z.string()) })),
}) satisfies z.ZodType<DraftComparison>

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

/** What each question is answered with. */
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
} as const satisfies Record<DefineName, z.ZodType>

export type DefineAnswer<N extends DefineName> = z.infer<(typeof defineAnswers)[N]>
