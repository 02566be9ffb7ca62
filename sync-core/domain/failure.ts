/** What failed, in the words of the failure table of each driver's folder. */
export type FailureKind =
  | 'unreachable' // no connection, or it was cut
  | 'authentication' // 28xxx
  | 'database-missing' // 3D000
  | 'overloaded' // 53xxx, 57xxx, 40xxx, 55P03: passes by itself
  | 'wal-level' // the server does not write enough into its WAL
  | 'replication-right' // the role may not replicate
  | 'permission' // 42501 on a table
  | 'table-missing'
  | 'replica-identity' // publishing would make the application's own UPDATE fail
  | 'publication' // one that others made, which holds changes back
  | 'standby' // the source is in recovery
  | 'pooler' // something between us and the server that lends its sessions
  | 'server-version'
  | 'sql' // the user's SQL is refused
  | 'value' // classes 22, 23, P0001: this row cannot be written
  | 'slot-in-use' // 55006: another engine reads it
  | 'slot-lost' // gone, invalidated, or not where it was left
  | 'source-replaced' // another cluster, another timeline or an older state answers where the source was
  | 'state-in-use' // another engine holds the state folder
  | 'store' // the event store cannot be written or is not the one that the destination knows
  | 'disk-full'
  | 'manifest'
  | 'refused' // a command that cannot be done as things are
  | 'bug'

/** What the engine does about it: try again for ever, stop this object until a person acts, or set the row aside. */
export type FailurePolicy = 'retry' | 'halt' | 'dead-letter'

/**
 * A failure that was expected to be possible: a value, with a sentence a person can act on.
 * Holds no secret and no row value: the server's DETAIL and CONTEXT are left out where it is made.
 */
export interface Failure {
  readonly kind: FailureKind
  readonly policy: FailurePolicy
  /** What it happened to, by its own name: a connection, a public schema, a consumer schema, a file. */
  readonly object: string
  /** "Cannot <act> <object>: <state>", no full stop. */
  readonly message: string
  /** What to do next, as one sentence. */
  readonly solution: string
  readonly sqlstate?: string
  /** 1-based character in the user's own SQL. */
  readonly position?: number
}

/** What to do next where nobody tries again but who asked: a check, a window's question. */
export function solutionOnce({ solution }: Failure): string {
  return solution.replace('; it is tried again.', ', then try again.')
}

/** Carries a failure up through asynchronous code to the loop that obeys its policy. */
export class FailureError extends Error {
  readonly failure: Failure
  constructor(failure: Failure, cause?: unknown) {
    super(failure.message, cause === undefined ? undefined : { cause })
    this.name = 'FailureError'
    this.failure = failure
  }
}

/** A failure of one public schema alone: it is set aside, and the others of its source go on. */
export class PublicSchemaError extends FailureError {
  /** `publicSchemaId` */
  readonly schema: string
  constructor(schema: string, failure: Failure, cause?: unknown) {
    super(failure, cause)
    this.name = 'PublicSchemaError'
    this.schema = schema
  }
}

/** What a source was prepared for is no longer so: it is prepared anew, and what was read in between is read again. */
export class DefinitionChangedError extends FailureError {
  constructor(object: string, cause?: unknown) {
    super(
      {
        kind: 'overloaded',
        policy: 'retry',
        object,
        message: `Cannot use what was read from ${object}: a table was changed, rewritten or truncated meanwhile`,
        solution: 'It is read again.',
      },
      cause,
    )
    this.name = 'DefinitionChangedError'
  }
}
