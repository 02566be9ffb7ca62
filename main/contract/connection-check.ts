import { z } from 'zod'
import { type CheckStep, type FixResult, providers } from '../../sync-core/domain/connection-check.ts'

/**
 * The staged test of a connection, as window and main speak of it. A check has an id that the window makes; each change
 * of one of its steps is pushed as `connection.step`, first all of them as `waiting`, in the order of the list.
 */
const environment = z.enum(['development', 'staging', 'production'])

export const tlsMode = z.enum(['disable', 'require', 'verify-ca', 'verify-full'])

/** A connection as it stands in the form, saved or not. */
export const connectionDraft = z.object({
  engine: z.enum(['postgres']),
  /** What it is called in sentences; "this connection" will do while it has no name. */
  slug: z.string().min(1).max(200),
  host: z.string().min(1).max(1_000),
  port: z.number().int().min(1).max(65_535),
  user: z.string().min(1).max(200),
  database: z.string().min(1).max(200),
  /** Paths of files in PEM; without all of it: plain on this computer, `verify-full` to any other. */
  ssl: z
    .object({ mode: tlsMode, ca: z.string().optional(), cert: z.string().optional(), key: z.string().optional() })
    .optional(),
  environment: environment.optional(),
  password: z.discriminatedUnion('from', [
    z.object({ from: z.literal('typed'), password: z.string().max(10_000) }),
    /** Of a saved connection, `<manifest>/<slug>`; refused where the draft leads to another place than it. */
    z.object({ from: z.literal('stored'), connection: z.string() }),
    z.object({ from: z.literal('none') }),
  ]),
})
export type ConnectionDraft = z.infer<typeof connectionDraft>

const evidence = z.object({ label: z.string(), value: z.string() })

export const checkStep = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['waiting', 'running', 'passed', 'warning', 'failed', 'skipped']),
  sentence: z.string().optional(),
  solution: z.string().optional(),
  durationMs: z.number().optional(),
  evidence: z.array(evidence).readonly(),
  fix: z
    .object({ statements: z.array(z.string()).readonly(), mayRun: z.boolean(), by: z.string(), restart: z.boolean() })
    .optional(),
  places: z
    .array(z.object({ provider: z.enum(providers), text: z.string(), recognised: z.boolean() }))
    .readonly()
    .optional(),
}) satisfies z.ZodType<CheckStep>
export type CheckStepView = z.infer<typeof checkStep>

export const fixResult = z.discriminatedUnion('applied', [
  z.object({ applied: z.literal(true) }),
  z.object({
    applied: z.literal(false),
    message: z.string(),
    solution: z.string(),
    /** The one that failed; those before it are undone where they can be. */
    statement: z.string().optional(),
  }),
]) satisfies z.ZodType<FixResult>
export type FixResultView = z.infer<typeof fixResult>

const checkId = z.string().min(1).max(100)
const tables = z.array(z.string().min(1).max(400)).max(1_000).optional()

/** What a check asks, beside the connection. */
export const checkQuestion = z.object({
  purpose: z.enum(['source', 'destination', 'both']),
  /** As one writes them in SQL. Followed from; without them every table is looked at, and less is demanded. */
  reads: tables,
  /** Read by the SQL over those, and not followed. */
  looksInto: tables,
  /** Written into. */
  writes: tables,
  publicationName: z.string().max(63).optional(),
  slotName: z.string().max(63).optional(),
})

export const connectionVerbs = {
  /** Answers when the check is over or cancelled, with every step as it stands then. A new check of the same id ends the former. */
  'connection.check': {
    input: checkQuestion.extend({
      checkId,
      connection: connectionDraft,
      /** `<manifest>/<slug>`: tables and names that are not given are those that its manifests have for it. */
      saved: z.string().optional(),
    }),
    output: z.object({ steps: z.array(checkStep).readonly(), cancelled: z.boolean() }),
  },
  'connection.cancelCheck': { input: z.object({ checkId }), output: z.undefined() },
  /**
   * Asks one step again, with all that the check was given; of a step that others stand on (DNS … database), those too.
   * Answers with the steps that were asked. Refused when the check is no longer known: then it is made anew.
   */
  'connection.recheck': {
    input: z.object({ checkId, step: z.string() }),
    output: z.object({ steps: z.array(checkStep).readonly(), cancelled: z.boolean() }),
  },
  /**
   * Runs a step's fix and then asks the step again. `statements` are those that were shown; refused when the step has
   * others by now, or when the connection is labelled production and `confirmed` is not true.
   */
  'connection.applyFix': {
    input: z.object({
      checkId,
      step: z.string(),
      statements: z.array(z.string()).min(1),
      confirmed: z.boolean(),
      /** Who runs it, where the checked role may not: used for this once and kept nowhere. */
      administrator: z.object({ user: z.string().min(1), password: z.string() }).optional(),
    }),
    output: z.object({ result: fixResult, steps: z.array(checkStep).readonly() }),
  },
} as const

export const connectionPushes = {
  'connection.step': z.object({ checkId, step: checkStep }),
} as const
