import { z } from 'zod'
import { formStart } from './form-start.ts'
import { effect, reviewedFile } from './review.ts'

/**
 * Schemas as people make and change them. A form is what stands in an editor; a draft is a form that is kept while it is
 * written. Nothing of a draft is in a file or a database until it is applied, and what that would do is shown before.
 */
const text = (most: number) => z.string().max(most)
const slug = text(500)
const name = text(400)
const sql = text(1_000_000)

/** May be missing, and is then there as `undefined`. */
const maybe = <T extends z.ZodType>(schema: T) => schema.optional()

export const publicSchemaForm = z.object({
  name,
  /** Slug of the manifest that it is written to. */
  manifest: slug,
  /** Slug of the connection that it reads; its data store is made where there is none. */
  connection: slug,
  /** What is published now; the version that Apply writes is the review's. */
  major: z.number().int().min(0),
  minor: z.number().int().min(0),
  transformations: z.array(z.object({ table: name, sql })).max(100),
  columns: z
    .array(z.object({ name, postgresType: maybe(name), nullable: z.boolean(), description: maybe(text(100_000)) }))
    .max(1_664),
  /** Output columns that name a public row; empty asks for inference from the SQL. */
  key: z.array(name).max(1_664),
  owner: maybe(text(1_000)),
  description: maybe(text(100_000)),
  tags: z.array(text(400)).max(100),
  /** Patterns of the manifests that may consume it; empty: every one. */
  access: z.array(text(500)).max(1_000),
  /** Nobody new may consume this major. */
  deprecated: maybe(z.object({ note: maybe(text(10_000)) })),
  notTracked: z.array(name).max(1_000),
})
export type PublicSchemaForm = z.infer<typeof publicSchemaForm>

export const consumerSchemaForm = z.object({
  name,
  /** Slug of the manifest that it is written to. */
  manifest: slug,
  source: z.object({ manifest: slug, name, major: z.number().int().min(0) }),
  /** Slug of the connection that it writes. */
  connection: slug,
  sql,
  deleteSql: maybe(sql),
  /** The table that its SQL was generated for. */
  table: maybe(z.object({ schema: maybe(name), name })),
  start: formStart,
  /** What becomes of a row that the destination refuses: set aside, or the consumer halts. */
  policy: z.enum(['park', 'halt']),
  /** Runs at the destination when it is applied; empty or absent where the table is there. */
  createTable: maybe(sql),
})
export type ConsumerSchemaForm = z.infer<typeof consumerSchemaForm>

const draftId = z.string().min(1).max(100)
/** `@harbor/accounts/publish-account@1`, `@harbor/crm/crm-contacts`: as the workspace's view has them. */
const schemaId = z.string().min(1).max(1_500)

const shared = {
  id: draftId,
  /** The saved one that is changed; absent for a new one. */
  schema: maybe(schemaId),
  savedAt: z.number(),
}
/**
 * `base`: what its files said when the editing began. `outside`: they say something else now, this form, or, without
 * one, nothing of it any more.
 */
const publicDraft = z.object({
  ...shared,
  kind: z.literal('public'),
  form: publicSchemaForm,
  base: maybe(publicSchemaForm),
  outside: maybe(z.object({ form: maybe(publicSchemaForm) })),
})
const consumerDraft = z.object({
  ...shared,
  kind: z.literal('consumer'),
  form: consumerSchemaForm,
  base: maybe(consumerSchemaForm),
  outside: maybe(z.object({ form: maybe(consumerSchemaForm) })),
})
export const schemaDraft = z.discriminatedUnion('kind', [publicDraft, consumerDraft])
export type SchemaDraft = z.infer<typeof schemaDraft>
export type SchemaForm = SchemaDraft['form']

/** What Apply would do, or a removal, written out before anything is written. */
export const schemaReview = z.object({
  /** Of all that is shown; what is applied must still be that. */
  mark: z.string(),
  /** Paths are from the manifest's folder. */
  files: z.array(reviewedFile),
  /** Each a sentence, the weightiest first. */
  effects: z.array(effect),
  /** What it is written as, and why; absent for a consumer schema and for a removal. */
  version: maybe(z.object({ major: z.number(), minor: z.number(), because: z.string() })),
  /** SQL that runs at the destination first. */
  statements: z.array(z.object({ connection: z.string(), sql: z.string() })),
  /** A production database is written to, or a slot is made there: asked once more, by its name. */
  production: maybe(z.string()),
  /** Apply is refused while there is one. */
  problems: z.array(z.object({ message: z.string(), solution: maybe(z.string()) })),
})
export type SchemaReview = z.infer<typeof schemaReview>

const nothing = z.undefined()
/** What a review showed, and whether a person said yes to production. */
const agreed = { reviewed: z.string().max(200), confirmed: z.boolean() }

export const schemaEditVerbs = {
  /** A saved schema as the form that its editor shows. */
  'schema.form': {
    input: z.object({ id: schemaId }),
    output: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('public'), form: publicSchemaForm, file: maybe(z.string()) }),
      z.object({ kind: z.literal('consumer'), form: consumerSchemaForm, file: maybe(z.string()) }),
    ]),
  },
  /** On disk when it answers. Takes the place of the draft with that id. */
  'schema.saveDraft': {
    input: z.object({
      /** Path of the workspace's manifest: what was typed before another one was opened is still of this one. */
      workspace: z.string().min(1).max(4_096),
      draft: z.discriminatedUnion('kind', [
        publicDraft.omit({ savedAt: true, outside: true }),
        consumerDraft.omit({ savedAt: true, outside: true }),
      ]),
    }),
    output: nothing,
  },
  'schema.discardDraft': { input: z.object({ id: draftId }), output: nothing },
  'schema.review': { input: z.object({ draft: draftId }), output: schemaReview },
  /** Makes a draft live and drops it; answers with the schema's id. Refused where it is not what was reviewed. */
  'schema.apply': { input: z.object({ draft: draftId, ...agreed }), output: z.object({ id: schemaId }) },
  'schema.reviewRemoval': { input: z.object({ id: schemaId }), output: schemaReview },
  /** Retires a major, or removes a consumer. Refused while consumers use it. */
  'schema.remove': { input: z.object({ id: schemaId, ...agreed }), output: nothing },
  /**
   * Takes the last Apply or removal back; refused when the files were changed since. A table that was made for it stays:
   * its name as SQL has it, and where.
   */
  'schema.undo': {
    input: nothing,
    output: z.object({ stays: maybe(z.object({ connection: z.string(), table: z.string() })) }),
  },
} as const
