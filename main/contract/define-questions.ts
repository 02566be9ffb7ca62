import { z } from 'zod'
import { maybe, name, text, version } from './define-fields.ts'

const contractColumn = z.object({
  name,
  postgresType: maybe(name),
  nullable: z.boolean(),
  description: maybe(text),
})

const transformation = z.object({ table: name, sql: text })

const image = z.record(name, z.string().max(10_000_000).nullable())

const rowChoice = z.discriminatedUnion('by', [
  z.object({ by: z.literal('key'), keys: z.array(image).max(100) }),
  z.object({ by: z.literal('first'), count: z.number().int().min(1).max(100) }),
  z.object({ by: z.literal('random'), count: z.number().int().min(1).max(100) }),
  z.object({ by: z.literal('image'), image, key: image.optional() }),
])

/** What a contract promises: a draft is compared by it. */
export const promised = z.object({ columns: z.array(contractColumn).max(1_664), key: maybe(z.array(name)) })

const contract = z.object({ name, columns: z.array(contractColumn).max(1_664), key: z.array(name) })
const consumerDraft = z.object({ name, sql: text, deleteSql: maybe(text), createTable: text.optional() })

/** An id that the window makes: asking again under it, or `question.cancel`, ends the former question. */
export const question = z.string().min(1).max(100)

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

export type DefineName = keyof typeof defineQuestions
export type DefineQuestion<N extends DefineName> = z.infer<(typeof defineQuestions)[N]>
