import { z } from 'zod'
import { catalogueVerbs } from './catalogue.ts'
import { collectVerbs } from './collect.ts'
import { connectionPushes, connectionVerbs } from './connection-check.ts'
import { connectionEditVerbs, draftView, vaultView } from './connection-edit.ts'
import { defineVerbs } from './define.ts'
import { exportVerbs } from './export.ts'
import { repositoryVerbs } from './repository.ts'
import { schemaDraft, schemaEditVerbs } from './schema-edit.ts'
import { startPlanVerbs } from './start-plan.ts'
import { teamVerbs } from './teams.ts'

/**
 * The verbs that window and main process agree on: for each, what goes in and what comes out. Both sides parse what
 * arrives with these. `invoke` verbs are answered once; `push` channels are sent by main; streams of status and of new
 * events come over a MessagePort (`stream.ts`).
 */
export const workspaceSummary = z.object({
  /** Absolute path of the manifest file. */
  path: z.string(),
  name: z.string(),
  folder: z.string(),
  sample: z.boolean(),
  openedAt: z.number(),
})
export type WorkspaceSummary = z.infer<typeof workspaceSummary>

export const problem = z.object({
  severity: z.enum(['error', 'warning']),
  file: z.string(),
  line: z.number(),
  column: z.number(),
  message: z.string(),
})
export type Problem = z.infer<typeof problem>

export const connectionView = z.object({
  /** `<manifest>/<slug>` */
  id: z.string(),
  slug: z.string(),
  manifest: z.string(),
  engine: z.enum(['postgres']),
  host: z.string(),
  port: z.number(),
  user: z.string(),
  database: z.string(),
  environment: z.enum(['development', 'staging', 'production']).optional(),
  /** Has a password: in the environment, the manifest or the system's store. Never the password. */
  hasPassword: z.boolean(),
  /** A kept password is withheld while the connection leads to another place than the one it was typed for. */
  password: z.enum(['kept', 'withheld', 'none']),
  role: z.enum(['source', 'destination', 'both', 'unused']),
  /** Paths are absolute. */
  ssl: z
    .object({
      mode: z.enum(['disable', 'require', 'verify-ca', 'verify-full']),
      ca: z.string().optional(),
      cert: z.string().optional(),
      key: z.string().optional(),
    })
    .optional(),
  /** What Postgres keeps for it, where rows are read from it. */
  replication: z.object({ slotName: z.string(), publicationName: z.string() }).optional(),
})
export type ConnectionView = z.infer<typeof connectionView>

export const publicSchemaView = z.object({
  id: z.string(),
  name: z.string(),
  manifest: z.string(),
  version: z.string(),
  source: z.string(),
  description: z.string().optional(),
  owner: z.string().optional(),
  tags: z.array(z.string()),
  /** Patterns of the manifests that may consume it; absent: every one. */
  access: z.array(z.string()).optional(),
  /** Why nobody should begin to consume it; '' when the owner says nothing more. Absent: it is not deprecated. */
  deprecated: z.string().optional(),
  key: z.array(z.string()),
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.string().optional(),
      nullable: z.boolean(),
      description: z.string().optional(),
      /** Columns of tables that its value is computed from, `account.first_name`, as far as the SQL's text says. */
      from: z.array(z.string()),
    }),
  ),
  transformations: z.array(z.object({ table: z.string(), sql: z.string() })),
  /** What its SQL reads: listened to, knowingly not, or unheard, which is a problem. */
  tables: z.array(z.object({ table: z.string(), state: z.enum(['listened', 'not-tracked', 'unheard']) })),
  /** Every version of that name, the oldest first, other majors too. */
  versions: z.array(
    z.object({
      version: z.string(),
      deprecated: z.boolean(),
      /** What became of the one before: `has a new column "email"`. Empty for the first. */
      changes: z.array(z.object({ needs: z.enum(['major', 'minor']), what: z.string() })),
    }),
  ),
})
export type PublicSchemaView = z.infer<typeof publicSchemaView>

export const consumerView = z.object({
  id: z.string(),
  name: z.string(),
  manifest: z.string(),
  publicSchema: z.string(),
  /** Connection, `<manifest>/<slug>`. */
  destination: z.string(),
  sql: z.string(),
  deleteSql: z.string().optional(),
})
export type ConsumerView = z.infer<typeof consumerView>

export const failureView = z.object({
  message: z.string(),
  solution: z.string().optional(),
  details: z.string().optional(),
})
export type FailureView = z.infer<typeof failureView>

/** What another team's repository publishes and consumes: to be looked at. */
export const teamView = z.object({
  url: z.string(),
  /** `harbor/crm` */
  name: z.string(),
  /** Of the last fetch that went well; absent: there was none on this computer. */
  fetchedAt: z.number().optional(),
  fetching: z.boolean(),
  /** Why the last fetch did not go well. */
  failure: failureView.optional(),
  /** What is wrong with its manifests, a sentence each. */
  faults: z.array(z.string()),
  manifests: z.array(z.object({ slug: z.string(), path: z.string() })),
  connections: z.array(connectionView),
  publicSchemas: z.array(publicSchemaView),
  consumers: z.array(consumerView),
})
export type TeamView = z.infer<typeof teamView>

/** Everything that is written in the manifests; what moves comes with the status. */
export const workspaceView = z.object({
  summary: workspaceSummary,
  manifests: z.array(z.object({ slug: z.string(), path: z.string() })),
  connections: z.array(connectionView),
  /** The highest minor of each major: minors replace each other. */
  publicSchemas: z.array(publicSchemaView),
  consumers: z.array(consumerView),
  /** Of other teams, in repositories of their own; in none of the lists above. */
  teams: z.array(teamView),
  problems: z.array(problem),
})
export type WorkspaceView = z.infer<typeof workspaceView>

export const progress = z.object({
  /** "Starting accounts-db" */
  step: z.string(),
  done: z.number(),
  total: z.number(),
})

/** What the window shows of the engine's process. */
export const engineState = z.object({
  state: z.enum(['idle', 'starting', 'running', 'stopping', 'restarting', 'failed']),
  /** Why it failed or restarts: one sentence, and what to do. */
  message: z.string().optional(),
  solution: z.string().optional(),
  retryAt: z.number().optional(),
  pid: z.number().optional(),
})
export type EngineState = z.infer<typeof engineState>

export const sampleState = z.object({
  state: z.enum(['stopped', 'starting', 'running', 'failed']),
  writer: z.enum(['running', 'paused']),
  /** Transactions per second that the writer makes. */
  rate: z.number(),
  message: z.string().optional(),
})
export type SampleState = z.infer<typeof sampleState>

export const appState = z.object({
  workspace: workspaceView.optional(),
  /** While a workspace opens. */
  opening: progress.optional(),
  engine: engineState,
  sample: sampleState,
  recent: z.array(workspaceSummary),
  /** Forms of the open workspace that are not saved yet, the latest first. */
  drafts: z.array(draftView),
  /** Schemas that are being written, the latest first. */
  schemaDrafts: z.array(schemaDraft),
  /** Ids of schemas whose definition file says something else than the manifest. */
  changedFiles: z.array(z.string()),
  /** What runs was started with other manifests than the files say by now. */
  outdated: z.boolean(),
  /** What is being done while a schema is applied, removed or put back: "Writing 3 files". */
  applying: z.string().optional(),
  vault: vaultView,
})
export type AppState = z.infer<typeof appState>

export const settings = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  timeZone: z.enum(['local', 'utc']),
  /** What the window keeps for itself between runs: pane sizes, selection, tabs; opaque to main. */
  layout: z.record(z.string(), z.json()),
})
export type Settings = z.infer<typeof settings>

const nothing = z.undefined()
const operation = z.enum(['insert', 'update', 'delete'])
const kind = z.enum(['live', 'catch-up', 'backfill'])

export const eventFilter = z.object({
  schemas: z.array(z.string()).optional(),
  operations: z.array(operation).optional(),
  key: z.string().optional(),
  text: z.string().optional(),
  since: z.number().optional(),
  until: z.number().optional(),
})

export const eventRow = z.object({
  offset: z.number(),
  schema: z.string(),
  operation,
  key: z.string(),
  changed: z.array(z.string()),
  size: z.number(),
  epoch: z.number(),
  receivedAt: z.number(),
  kind,
})
export type EventRowView = z.infer<typeof eventRow>

export const eventDetail = eventRow.extend({
  payload: z.string(),
  /** Uuid of the event store: without it the offset means nothing. */
  store: z.string(),
  before: z.string().optional(),
  source: z.string(),
  lsn: z.string(),
  epochEvents: z.number(),
  storedAt: z.number(),
})
export type EventDetailView = z.infer<typeof eventDetail>

/** An event without a store is one of the store that is asked. */
const position = z.union([
  z.object({ since: z.string().max(60) }),
  z.object({ after: z.number().int().min(0), store: z.string().max(60) }),
])

const behindPosition = z.object({
  store: z.string(),
  offset: z.number().optional(),
  problem: z.object({ message: z.string(), solution: z.string() }).optional(),
  events: z.number(),
  rows: z.number(),
  deletes: z.number(),
  more: z.boolean(),
  deletesFrom: z.number().optional(),
  copies: z.boolean(),
})
export type BehindPositionView = z.infer<typeof behindPosition>

export const verbs = {
  'app.info': {
    input: nothing,
    output: z.object({ version: z.string(), platform: z.string(), electron: z.string(), node: z.string() }),
  },
  'app.state': { input: nothing, output: appState },
  'workspace.openSample': { input: nothing, output: nothing },
  /** Stops the sample, deletes its two databases and the event store, makes them anew. */
  'workspace.resetSample': { input: nothing, output: nothing },
  /** A manifest file, or a folder that holds one. */
  'workspace.open': { input: z.object({ path: z.string().min(1).max(4096) }), output: nothing },
  /** Asks with the system's dialog; false when the person cancelled. */
  'workspace.choose': {
    input: z.object({ kind: z.enum(['folder', 'file']) }),
    output: z.object({ opened: z.boolean() }),
  },
  /** Asks for a folder and writes an empty manifest there. */
  'workspace.create': { input: nothing, output: z.object({ opened: z.boolean() }) },
  'workspace.close': { input: nothing, output: nothing },
  'workspace.forget': { input: z.object({ path: z.string() }), output: nothing },
  /** Shows the file in the system's file manager. */
  'workspace.reveal': { input: z.object({ path: z.string() }), output: nothing },
  'engine.start': { input: nothing, output: nothing },
  'engine.stop': { input: nothing, output: nothing },
  ...catalogueVerbs,
  ...connectionVerbs,
  ...repositoryVerbs,
  ...collectVerbs,
  ...exportVerbs,
  ...startPlanVerbs,
  ...teamVerbs,
  ...connectionEditVerbs,
  ...defineVerbs,
  ...schemaEditVerbs,
  'consumer.pause': { input: z.object({ id: z.string() }), output: nothing },
  'consumer.resume': { input: z.object({ id: z.string() }), output: nothing },
  'sample.pauseWriter': { input: nothing, output: nothing },
  'sample.resumeWriter': { input: nothing, output: nothing },
  'events.page': {
    input: z.object({
      filter: eventFilter,
      before: z.number().optional(),
      after: z.number().optional(),
      limit: z.number().int().min(1).max(1000),
    }),
    output: z.object({
      rows: z.array(eventRow),
      more: z.boolean(),
      searchedTo: z.number().optional(),
      historyFrom: z.object({ offset: z.number(), receivedAt: z.number().optional() }).optional(),
    }),
  },
  'events.detail': { input: z.object({ offset: z.number() }), output: eventDetail.optional() },
  'events.histogram': {
    input: z.object({
      filter: eventFilter,
      from: z.number(),
      to: z.number(),
      buckets: z.number().int().min(1).max(400),
    }),
    output: z.object({ from: z.number(), to: z.number(), counts: z.array(z.number()) }),
  },
  /** What a consumer would get that begins behind a position; absent where nothing of the public schema is stored. */
  'events.behind': { input: z.object({ schema: z.string().max(1_500), position }), output: behindPosition.optional() },
  'settings.read': { input: nothing, output: settings },
  'settings.write': { input: settings.partial(), output: settings },
  'clipboard.write': { input: z.object({ text: z.string().max(10_000_000) }), output: nothing },
  'window.minimize': { input: nothing, output: nothing },
  'window.toggleMaximize': { input: nothing, output: nothing },
  'window.close': { input: nothing, output: nothing },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>

export type Verb = keyof typeof verbs
export type VerbInput<V extends Verb> = z.infer<(typeof verbs)[V]['input']>
export type VerbOutput<V extends Verb> = z.infer<(typeof verbs)[V]['output']>

/** An expected failure travels as a value, so that the window can show it beside what it is about. */
export type VerbResult<V extends Verb> =
  | { readonly ok: true; readonly value: VerbOutput<V> }
  | { readonly ok: false; readonly failure: FailureView }

/** Sent by main without being asked, each time the thing changes. */
export const pushes = {
  'app.state': appState,
  'settings.changed': settings,
  ...connectionPushes,
  /** A command chosen in the system's menu; the id is the palette's. */
  'command.run': z.object({ id: z.string() }),
} as const satisfies Record<string, z.ZodType>
export type Push = keyof typeof pushes
export type PushValue<P extends Push> = z.infer<(typeof pushes)[P]>
