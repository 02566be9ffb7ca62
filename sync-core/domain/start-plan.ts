import type { BehindPosition } from './behind-position.ts'
import type { BackfillState } from './checkpoint.ts'
import type { Failure } from './failure.ts'
import type { BrokenPublicSchema } from './source.ts'

/** What a state folder knows of former runs. */
export interface KnownState {
  /** Ids of sources that have a checkpoint. */
  readonly sources: readonly string[]
  readonly backfills: readonly Pick<BackfillState, 'schema' | 'source' | 'definitionHash' | 'key' | 'state'>[]
  readonly consumers: readonly { readonly consumer: string; readonly paused: boolean }[]
}

/** What a source's server says of what a start would find there. Nothing was changed to learn it. */
export interface SourceSurvey {
  readonly slotExists: boolean
  readonly publicationExists: boolean
  /** Tables that the publication lacks, `"public"."account"`; all where there is none. */
  readonly tablesToPublish: readonly string[]
  readonly schemas: readonly SurveyedSchema[]
  readonly broken: readonly BrokenPublicSchema[]
}

export interface SurveyedSchema {
  readonly id: string
  readonly definitionHash: string
  readonly key: readonly string[]
  /** Of the tables that a copy walks; `undefined` where only counting them would tell. */
  readonly rowsEstimated: number | undefined
}

/** Of consumers that begin behind a position, by id: what they would get; without one nothing of its public schema is known. */
export type Positions = ReadonlyMap<string, BehindPosition>

/** A survey by source id; a failure where the server could not be asked. */
export type Surveys = ReadonlyMap<string, SourceSurvey | Failure>

/** One thing that a start would do, or that keeps it from doing something. */
export interface PlannedStep {
  readonly action: 'add' | 'change' | 'remove' | 'problem' | 'unknown'
  readonly kind: 'source' | 'public schema' | 'consumer'
  /** Its id. */
  readonly object: string
  /** Follows the object: `copies about 400 rows`. */
  readonly what: string
  /** Rows that a copy reads, where the server was asked. */
  readonly rowsEstimated?: number
}
