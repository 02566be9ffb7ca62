import type { PostgresConnection } from '../domain/connection.ts'
import type { BrokenPublicSchema } from '../domain/source.ts'
import { lockTimeout } from './failure-rules.ts'
import type { FollowedSchemas } from './followed-schemas.ts'
import type { PostgresPublicSchema } from './prepare-public-schema.ts'
import { openSession, type Session } from './session.ts'

export interface DefinitionWatchDeps {
  readonly control: Session
  readonly connection: PostgresConnection
  readonly publicationName: string
  /** As the session found them when it was made. */
  readonly found: FollowedSchemas
  /** Prepares everything once more, on a session of its own. */
  readonly prepare: (session: Session) => Promise<FollowedSchemas>
}

/**
 * Whether tables and contracts still are as they were found. The catalogue's own description of every table is
 * compared; only where that differs, or something is broken, is everything prepared once more. A change that leaves
 * the definitions as they are, such as a column that nobody reads, is none.
 */
export async function watchDefinitions(deps: DefinitionWatchDeps): Promise<{ isCurrent(): Promise<boolean> }> {
  const { control, found } = deps
  let known = await catalogueOf(deps)
  return {
    async isCurrent() {
      const now = await catalogueOf(deps)
      if (now === known && found.broken.length === 0) return true
      const again = await prepareAgain(deps)
      if (again.broken.some(({ failure }) => failure.sqlstate === lockTimeout)) return true
      if (!sameDefinitions(found, again)) return false
      known = now
      return true
    },
  }

  async function catalogueOf({ publicationName }: DefinitionWatchDeps): Promise<string> {
    const transformations = found.schemas.flatMap((schema) => schema.transformations)
    const oids = found.schemas.flatMap((schema) => schema.tablesRead)
    const names = transformations.map(({ source }) => source.quoted)
    const [row] = await control.rows(catalogueSql, [`{${oids.join(',')}}`, arrayOf(names), publicationName])
    return row?.[0] ?? ''
  }
}

/** Reads the catalogue alone: a table that somebody has locked is not waited for. */
const catalogueSql = `
select md5(concat_ws('/',
  (select string_agg(format('%s %s %s %s %s %s %s %s', oid, relname, relnamespace, relkind, relpersistence, relreplident, relrowsecurity, relacl), ',' order by oid)
     from pg_class where oid = any($1::oid[])),
  (select string_agg(format('%s %s %s %s %s %s %s', attrelid, attnum, attname, atttypid, atttypmod, attisdropped, attacl), ',' order by attrelid, attnum)
     from pg_attribute where attrelid = any($1::oid[]) and attnum > 0),
  (select string_agg(format('%s %s %s %s', indrelid, indkey, indisprimary, indisreplident), ',' order by indexrelid)
     from pg_index where indrelid = any($1::oid[]) and (indisprimary or indisreplident)),
  (select string_agg(format('%s %s', inhparent, inhrelid), ',' order by inhparent, inhrelid)
     from pg_inherits where inhparent in (
       with recursive tree(oid) as (
         select unnest($1::oid[])
         union
         select i.inhrelid from pg_inherits i join tree t on i.inhparent = t.oid)
       select oid from tree)),
  (select string_agg(to_regclass(name)::oid::text, ',' order by name) from unnest($2::text[]) name),
  (select format('%s %s %s %s %s %s %s', oid, puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot)
     from pg_publication where pubname = $3),
  (select string_agg(format('%s %s', r.oid, to_jsonb(r) ->> 'prqual'), ',' order by r.oid)
     from pg_publication_rel r join pg_publication p on p.oid = r.prpubid
    where p.pubname = $3 and r.prrelid = any($1::oid[]))))`

async function prepareAgain({ connection, prepare }: DefinitionWatchDeps): Promise<FollowedSchemas> {
  // A lock that somebody holds on a table is waited for here, where nothing else waits.
  const settings = { default_transaction_read_only: 'on', lock_timeout: '2s' }
  const session = await openSession(connection, { purpose: 'check', settings })
  try {
    return await prepare(session)
  } finally {
    await session.close()
  }
}

function sameDefinitions(found: FollowedSchemas, again: FollowedSchemas): boolean {
  if (found.schemas.length !== again.schemas.length) return false
  const follows = found.schemas.every((schema) =>
    again.schemas.some(
      (other) =>
        other.id === schema.id &&
        other.definitionHash === schema.definitionHash &&
        partitionsOf(other) === partitionsOf(schema),
    ),
  )
  // What is broken in another way now may have become what a new session can mend.
  return follows && again.broken.every((now) => found.broken.some((before) => sameTrouble(before, now)))
}

function partitionsOf({ partitions }: PostgresPublicSchema): string {
  return partitions.map(({ oid }) => oid).join()
}

/** Whoever could not get a lock is tried again by the clock. */
function sameTrouble(before: BrokenPublicSchema, now: BrokenPublicSchema): boolean {
  if (before.id !== now.id) return false
  return before.failure.policy === 'retry' || before.failure.message === now.failure.message
}

function arrayOf(names: readonly string[]): string {
  return `{${names.map((name) => JSON.stringify(name)).join(',')}}`
}
