import type { Failure } from '../domain/failure.ts'
import { quoteIdentifier } from './quote.ts'

const rightOf: Readonly<Record<string, (name: string) => string>> = {
  table: (name) => `select on ${name}`,
  view: (name) => `select on ${name}`,
  'materialized view': (name) => `select on ${name}`,
  'foreign table': (name) => `select on ${name}`,
  schema: (name) => `usage on schema ${name}`,
  function: (name) => `execute on function ${name}`,
}

/**
 * A failure of reading, with the very statement that grants what the role lacks, where the server says what that is in
 * English. The server names a table without its schema.
 */
export function withGrant(failure: Failure, role: string): Failure {
  if (failure.sqlstate !== '42501') return failure
  const [, kind = '', name = ''] = /permission denied for ([a-z ]+) (\S+)(?: \(.*)?$/.exec(failure.message) ?? []
  const right = rightOf[kind]?.(quoteIdentifier(name))
  if (right === undefined) return failure
  return { ...failure, solution: `Run ${grantSql(right, role)}; as its owner.` }
}

/** `right`: `select on "public"."account"` */
export function grantSql(right: string, role: string): string {
  return `grant ${right} to ${quoteIdentifier(role)}`
}

/** What an engine needs to keep its offsets in a destination that it has not written yet. */
export function createInDatabase(database: string): string {
  return `create on database ${quoteIdentifier(database)}`
}
