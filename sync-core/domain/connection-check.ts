import type { Connection } from './connection.ts'

/** What a database is wanted for: rows are followed from a source, written into a destination. */
export type CheckPurpose = 'source' | 'destination' | 'both'

/** What is asked about a connection. Names of tables as one writes them in SQL. */
export interface CheckRequest {
  readonly connection: Connection
  readonly purpose: CheckPurpose
  /** Tables that rows are followed from; without them every table of the database is looked at, and less is demanded. */
  readonly reads?: readonly string[] | undefined
  /** Tables that the SQL over them reads besides: they need only be readable. */
  readonly looksInto?: readonly string[] | undefined
  /** Tables that rows are written into; without them no right to write is looked at. */
  readonly writes?: readonly string[] | undefined
  /** As the manifest has it, else one made of the connection's slug. */
  readonly publicationName?: string | undefined
  readonly slotName?: string | undefined
}

export type StepState = 'waiting' | 'running' | 'passed' | 'warning' | 'failed' | 'skipped'

/** One step of a check, as it stands now. Holds no secret and no row value. */
export interface CheckStep {
  /** `wal-level`; the same for the same question, whatever the engine. */
  readonly id: string
  /** `wal_level` */
  readonly title: string
  readonly state: StepState
  /** What was found, in one sentence without a full stop; `undefined` until then. */
  readonly sentence?: string | undefined
  /** What to do about it, for a warning and a failure. */
  readonly solution?: string | undefined
  readonly durationMs?: number | undefined
  /** What the server said, by name. */
  readonly evidence: readonly Evidence[]
  /** SQL that cures it, where SQL can. */
  readonly fix?: Fix | undefined
  /** Where it is cured when not by SQL alone: for each kind of server, in words. */
  readonly places?: readonly Place[] | undefined
}

export interface Evidence {
  readonly label: string
  readonly value: string
}

export interface Fix {
  /** One SQL statement each, in order, without a semicolon. */
  readonly statements: readonly string[]
  /** Whether the role that was checked may itself run all of them. */
  readonly mayRun: boolean
  /** Who may otherwise: `a superuser`, `the owner of public.account`. */
  readonly by: string
  /** It takes effect only when the server has been restarted. */
  readonly restart: boolean
}

/** Who runs the server, as far as it can be told. */
export const providers = ['own', 'rds', 'cloud-sql', 'azure', 'supabase', 'neon'] as const
export type Provider = (typeof providers)[number]

export interface Place {
  readonly provider: Provider
  readonly text: string
  /** It is the one of this server. */
  readonly recognised: boolean
}

export interface CheckOptions {
  /** Only these steps, and whatever they cannot be asked without, which is not reported. */
  readonly only?: readonly string[] | undefined
  readonly signal: AbortSignal
  /** How long a step may take; 8 s when left out. */
  readonly deadlineMs?: number | undefined
  /** Called each time a step changes. */
  onStep(step: CheckStep): void
}

/** What applying a fix came to. */
export type FixResult =
  | { readonly applied: true }
  | {
      readonly applied: false
      readonly message: string
      readonly solution: string
      readonly statement?: string | undefined
    }

/** What asking a step's question came to. */
export interface Finding extends Pick<CheckStep, 'sentence' | 'solution' | 'evidence' | 'fix' | 'places'> {
  readonly state: 'passed' | 'warning' | 'failed' | 'skipped'
}

/** The steps of one kind of database, in the order in which they are asked. `Context`: what they hand on to each other. */
export interface EngineCheck<Context> {
  readonly steps: readonly StepQuestion<Context>[]
  /** The signal gives up whatever is under way. */
  open(request: CheckRequest, signal: AbortSignal): Context & { close(): Promise<void> }
  /** A failure as a finding; `lost` when nothing more can be asked. Throws what is no expected failure. */
  explain(error: unknown, request: CheckRequest): Finding & { readonly lost: boolean }
}

export interface StepQuestion<Context> {
  readonly id: string
  readonly title: string
  readonly purposes: readonly ('source' | 'destination')[]
  /** What stands behind it cannot be asked unless it passes. */
  readonly gate: boolean
  /** Changes nothing and leaves nothing. Throws a FailureError or the driver's error. */
  ask(context: Context, options: AskOptions): Promise<Finding>
}

export interface AskOptions {
  readonly signal: AbortSignal
  /** Says where a long step is. */
  progress(sentence: string): void
}
