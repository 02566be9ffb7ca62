import type { Clock } from '../domain/clock.ts'
import { FailureError } from '../domain/failure.ts'
import type { Lsn } from '../domain/lsn.ts'
import { zeroLsn } from '../domain/lsn.ts'
import type { SourceDefinition } from '../domain/manifest.ts'
import type { Source, SourceSession } from '../domain/source.ts'
import type { SqlAnalyst } from '../domain/sql-analyst.ts'
import { awaitSlot } from './await-slot.ts'
import { changeInterest } from './change-interest.ts'
import { checkSource } from './check-source.ts'
import { classifyFailure, failingAs } from './classify-failure.ts'
import type { SourceTable } from './describe-table.ts'
import { ensurePublication } from './ensure-publication.ts'
import { ensureSlot } from './ensure-slot.ts'
import { filenodesSql, openSnapshot, type RewriteWatch } from './open-snapshot.ts'
import { type PostgresPublicSchema, preparePublicSchema } from './prepare-public-schema.ts'
import { openReplicationStream } from './replication-stream.ts'
import { applicationName, openSession, type Session } from './session.ts'

export interface PostgresSourceDeps {
  readonly definition: SourceDefinition
  /** Names the engine to the server: the event store's UUID, so that a former run's connection is known as our own. */
  readonly engine: string
  readonly analyst: SqlAnalyst
  readonly clock: Clock
  /** Of this source alone; holds large transactions while they are open. */
  readonly spoolFolder: string
}

/**
 * Planned each time, for the number of keys and the size of the tables of that moment: a plan that was kept from when
 * a table was small reads all of it for every slice once it is large, until somebody analyses it.
 */
const projectionSettings = { default_transaction_read_only: 'on', plan_cache_mode: 'force_custom_plan' }

/** Waited once, at the first try: after that whoever tries again waits anyway, and says so. */
const slotPatienceMs = 5_000

/** A Postgres database as a source: one connection for the stream, one for snapshots, one for everything else. */
export function createPostgresSource(deps: PostgresSourceDeps): Source {
  const { definition, engine, analyst, clock, spoolFolder } = deps
  const { connection, slotName, publicationName } = definition
  const object = connection.slug
  const purpose = `replication ${engine}`
  let firstTry = true
  return {
    async connect(from, signal) {
      const opened: { close(): Promise<void> }[] = []
      const undo: (() => Promise<void>)[] = []
      const track = <T extends { close(): Promise<void> }>(one: T): T => {
        opened.push(one)
        return one
      }
      try {
        const control = track(await openSession(connection, { purpose: 'control', settings: {} }))
        const facts = await checkSource(control, object)
        // Our own small commits must not wait for a standby that is away: they only make the server say where it is.
        await control.rows('set synchronous_commit = local')
        const reading = track(await openSession(connection, { purpose: 'projection', settings: projectionSettings }))
        const schemas: PostgresPublicSchema[] = []
        for (const schema of definition.publicSchemas) {
          schemas.push(await preparePublicSchema(reading, schema, analyst))
        }
        // Before anything is made: who may not have the slot leaves the publication alone too.
        const patienceMs = firstTry ? slotPatienceMs : 0
        firstTry = false
        await awaitSlot(control, { slotName, object, reader: applicationName(purpose), patienceMs, clock, signal })
        const publication = await ensurePublication(control, publicationName, tablesOf(schemas))
        undo.push(publication.undo)
        const slot = await ensureSlot(control, slotName, object, from === undefined)
        undo.push(slot.undo)
        if (publication.settledFromXid !== undefined) await settle(control, publication.settledFromXid, clock, signal)
        const stream = track(
          await openReplicationStream({
            connection,
            purpose,
            clock,
            slotName,
            publicationName,
            spoolFolder,
            confirmed: from ?? slot.confirmed,
            interest: (relation) => changeInterest(schemas, relation),
          }),
        )
        const [[filenodes = []] = []] = await reading.script(filenodesSql(schemas))
        const watch: RewriteWatch = { filenodes: filenodes.join(' ') }
        return assemble({ control, reading, schemas, stream, watch, facts, slot, slotName, object, opened })
      } catch (error) {
        for (const step of undo.reverse()) await step().catch(() => {})
        for (const one of opened.reverse()) await one.close()
        throw new FailureError(classifyFailure(error, object), error)
      }
    },
  }
}

interface Parts {
  readonly control: Session
  readonly reading: Session
  readonly schemas: readonly PostgresPublicSchema[]
  readonly stream: Awaited<ReturnType<typeof openReplicationStream>>
  readonly watch: RewriteWatch
  readonly facts: { readonly version: string; readonly systemIdentifier: string }
  readonly slot: { readonly confirmed: Lsn }
  readonly slotName: string
  readonly object: string
  readonly opened: readonly { close(): Promise<void> }[]
}

function assemble(parts: Parts): SourceSession {
  const { control, reading, schemas, stream, slotName, object } = parts
  const failed = Promise.race([control.failed, reading.failed, stream.failed])
  failed.catch(() => {})
  return {
    systemIdentifier: parts.facts.systemIdentifier,
    serverVersion: parts.facts.version,
    slotConfirmedLsn: parts.slot.confirmed,
    schemas,
    stream,
    failed,
    async nudge() {
      await failingAs(object, control.rows(`select pg_logical_emit_message(true, 'rejot', '')`))
    },
    openSnapshot: () => failingAs(object, openSnapshot(reading, schemas, parts.watch, object)),
    confirm: (lsn) => stream.confirm(lsn),
    async retainedBytes() {
      const [row] = await control.rows(
        `select pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::int8 from pg_replication_slots where slot_name = $1`,
        [slotName],
      )
      return Number(row?.[0] ?? zeroLsn)
    },
    async close() {
      await Promise.all(parts.opened.map((one) => one.close()))
    },
  }
}

function tablesOf(schemas: readonly PostgresPublicSchema[]): readonly SourceTable[] {
  const tables = new Map<number, SourceTable>()
  for (const schema of schemas) {
    for (const { source } of schema.transformations) tables.set(source.oid, source)
  }
  return [...tables.values()]
}

/** Waits until every transaction that was open when tables joined the publication has ended; says whose it waits for. */
async function settle(session: Session, xid: bigint, clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    const [row] = await session.rows('select pg_snapshot_xmin(pg_current_snapshot())::text')
    if (BigInt(row?.[0] ?? '0') >= xid || signal.aborted) return
    await clock.sleep(200, signal)
  }
}
