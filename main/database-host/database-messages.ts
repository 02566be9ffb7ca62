import { z } from 'zod'
import { boundPassword } from '../contract/bound-password.ts'
import { tableDetail, tableList } from '../contract/catalogue.ts'
import { checkQuestion, checkStep, fixResult, tlsMode } from '../contract/connection-check.ts'
import { failureView } from '../contract/contract.ts'
import { defineAnswers } from '../contract/define-answers.ts'
import { defineQuestions } from '../contract/define-questions.ts'
import { startPlan } from '../contract/start-plan.ts'
import { plannedChange, planQuestion } from './plan-messages.ts'

/** A connection with its password resolved. It travels by message and nowhere else: arguments and environments are readable by others. */
const connection = z.object({
  engine: z.literal('postgres'),
  slug: z.string(),
  manifest: z.string(),
  host: z.string(),
  port: z.number(),
  user: z.string(),
  database: z.string(),
  password: z
    .string()
    .optional()
    .transform((password) => password),
  ssl: z
    .object({ mode: tlsMode, ca: z.string().optional(), cert: z.string().optional(), key: z.string().optional() })
    .optional(),
  environment: z.enum(['development', 'staging', 'production']).optional(),
})

/** What main and the process for databases say to each other; both parse what arrives. */
export const mainToDatabase = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('call'),
    id: z.number(),
    call: z.discriminatedUnion('name', [
      checkQuestion.extend({ name: z.literal('check'), checkId: z.string(), connection }),
      z.object({ name: z.literal('cancelCheck'), checkId: z.string() }),
      z.object({ name: z.literal('recheck'), checkId: z.string(), step: z.string() }),
      z.object({
        name: z.literal('applyFix'),
        checkId: z.string(),
        step: z.string(),
        statements: z.array(z.string()).min(1),
        confirmed: z.boolean(),
        administrator: z.object({ user: z.string(), password: z.string() }).optional(),
      }),
      defineQuestions['catalogue.search'].extend({ name: z.literal('catalogue.search'), connection }),
      defineQuestions['catalogue.refresh'].extend({ name: z.literal('catalogue.refresh'), connection }),
      defineQuestions['sql.complete'].extend({ name: z.literal('sql.complete'), connection }),
      defineQuestions['publicSchema.describe'].extend({ name: z.literal('publicSchema.describe'), connection }),
      defineQuestions['publicSchema.preview'].extend({ name: z.literal('publicSchema.preview'), connection }),
      defineQuestions['publicSchema.plan'].extend({ name: z.literal('publicSchema.plan'), connection }),
      defineQuestions['publicSchema.check'].extend({ name: z.literal('publicSchema.check') }),
      defineQuestions['publicSchema.compare'].extend({ name: z.literal('publicSchema.compare') }),
      defineQuestions['publicSchema.rename'].extend({ name: z.literal('publicSchema.rename') }),
      defineQuestions['consumer.generate'].extend({ name: z.literal('consumer.generate'), connection }),
      defineQuestions['consumer.describe'].extend({ name: z.literal('consumer.describe'), connection }),
      defineQuestions['consumer.dryRun'].extend({ name: z.literal('consumer.dryRun'), connection }),
      z.object({
        name: z.literal('planStart'),
        manifestPaths: z.array(z.string().min(1)).min(1),
        stateDir: z.string().min(1),
        secrets: z.record(z.string(), z.string()),
        passwords: z.array(boundPassword),
      }),
      planQuestion.extend({ name: z.literal('planChange') }),
      z.object({ name: z.literal('makeTable'), connection, sql: z.string(), confirmed: z.boolean() }),
      z.object({ name: z.literal('cancelQuestion'), question: z.string() }),
      z.object({ name: z.literal('readTables'), connection }),
      /** `of`: a connection, `<manifest>/<slug>`. */
      z.object({ name: z.literal('cancelTables'), of: z.string() }),
      z.object({ name: z.literal('describeTable'), of: z.string(), oid: z.number() }),
    ]),
  }),
  /** Answered by `pong` as long as the process can answer at all. */
  z.object({ type: z.literal('ping') }),
])
export type MainToDatabase = z.infer<typeof mainToDatabase>
export type DatabaseCall = Extract<MainToDatabase, { type: 'call' }>['call']
export type DatabaseCallName = DatabaseCall['name']

const checked = z.object({ steps: z.array(checkStep).readonly(), cancelled: z.boolean() })

/** What each call is answered with. */
export const databaseAnswers = {
  check: checked,
  cancelCheck: z.undefined(),
  recheck: checked,
  applyFix: z.object({ result: fixResult, steps: z.array(checkStep).readonly() }),
  ...defineAnswers,
  planStart: startPlan,
  planChange: plannedChange,
  makeTable: z.string(),
  cancelQuestion: z.undefined(),
  readTables: tableList.optional(),
  cancelTables: z.undefined(),
  describeTable: tableDetail,
} as const satisfies Record<DatabaseCallName, z.ZodType>
export type DatabaseAnswer<N extends DatabaseCallName> = z.infer<(typeof databaseAnswers)[N]>

export const databaseToMain = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answer'), id: z.number(), value: z.unknown() }),
  z.object({ type: z.literal('no'), id: z.number(), failure: failureView }),
  /** On the way of a check. */
  z.object({ type: z.literal('step'), checkId: z.string(), step: checkStep }),
  z.object({ type: z.literal('pong') }),
  z.object({ type: z.literal('log'), level: z.enum(['info', 'warn', 'error']), message: z.string() }),
])
export type DatabaseToMain = z.infer<typeof databaseToMain>
