import { createHash } from 'node:crypto'
import type { ServerIdentity } from '../domain/checkpoint.ts'
import type { Clock } from '../domain/clock.ts'
import { FailureError } from '../domain/failure.ts'
import type { Lsn } from '../domain/lsn.ts'
import type { SourceDefinition } from '../domain/manifest.ts'
import { publicSchemaId, versionsId } from '../domain/public-schema.ts'
import type { BrokenPublicSchema, Source, SourceSession, WalHeld } from '../domain/source.ts'
import type { SqlAnalyst } from '../domain/sql-analyst.ts'
import { awaitSlot } from './await-slot.ts'
import { binaryTypes } from './binary-types.ts'
import { changeInterest } from './change-interest.ts'
import { checkServer } from './check-identity.ts'
import { checkSource } from './check-source.ts'
import {
  classifyFailure,
  classifyReadingFailure,
  failingAs,
  isTooLargeForServer,
  lockTimeout,
} from './classify-failure.ts'
import { type Found, watchDefinitions } from './definition-watch.ts'
import type { SourceTable } from './describe-table.ts'
import { ensurePublication, inspectPublication, type PublicationFacts } from './ensure-publication.ts'
import { dropSlot, ensureSlot } from './ensure-slot.ts'
import { createHistoryCheck } from './history-check.ts'
import { withGrant } from './missing-right.ts'
import { filenodesSql, openSnapshot, type SnapshotChain } from './open-snapshot.ts'
import { type PostgresPublicSchema, preparePublicSchema } from './prepare-public-schema.ts'
import { prepareVersions } from './prepare-versions.ts'
import { openReplicationStream } from './replication-stream.ts'
import { type ContractSample, createContractSample } from './sample-contract.ts'
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
const projectionSettings = {
  default_transaction_read_only: 'on',
  plan_cache_mode: 'force_custom_plan',
  // A slice's keys by their index, also where the table seems small enough to be read as a whole: read for each slice, a
  // row would cost more the more rows there are.
  random_page_cost: '1.1',
  cpu_tuple_cost: '0.05',
  // It would compile for each plan, and these are made for one slice.
  jit: 'off',
  // A table that somebody alters for minutes holds up its own public schemas, not the whole source.
  lock_timeout: '10s',
}

/** Waited at the first try, and after a session of our own: otherwise whoever tries again waits anyway, and says so. */
const slotPatienceMs = 5_000

/**
 * So long are changes read in binary form once one could not be sent as text. Text is tried again then: it tells values of
 * every type, and by the server itself.
 */
const binaryForMs = 600_000

/** A Postgres database as a source: one connection for the stream, one for snapshots, one for everything else. */
export function createPostgresSource(deps: PostgresSourceDeps): Source {
  const { definition, engine, analyst, clock, spoolFolder } = deps
  const { connection, slotName, publicationName } = definition
  const object = connection.slug
  const purpose = `replication ${engine}`
  const sample = createContractSample(definition.publicSchemas, clock)
  let patient = true
  let binaryUntilMs = Number.NEGATIVE_INFINITY
  return {
    async connect(known, signal, without = new Set()) {
      const opened: { close(): Promise<void> }[] = []
      const undo: (() => Promise<void>)[] = []
      const track = <T extends { close(): Promise<void> }>(one: T): T => {
        opened.push(one)
        return one
      }
      try {
        const control = track(await openSession(connection, { purpose: 'control', settings: {} }))
        const facts = await checkSource(control, object)
        // Before anything is made on a server that is not the one that was left.
        if (known !== undefined) checkServer(facts, known, object)
        // Our own small commits must not wait for a standby that is away: they only make the server say where it is.
        await control.rows('set synchronous_commit = local')
        const reading = track(await openSession(connection, { purpose: 'projection', settings: projectionSettings }))
        const drafted = await prepareAll(reading, definition, analyst, without)
        if (known === undefined) throwUnlessSome(drafted)
        // Before anything is made: who may not have the slot leaves the publication alone too.
        const patienceMs = patient ? slotPatienceMs : 0
        patient = false
        await awaitSlot(control, { slotName, object, reader: applicationName(purpose), patienceMs, clock, signal })
        const publication = await ensurePublication(control, publicationName, tablesOf(drafted.schemas))
        undo.push(() => unlessSlot(control, slotName, publication.undo))
        const found = published(drafted, publication)
        if (known === undefined) throwUnlessSome(found)
        const slot = await ensureSlot(control, slotName, object, known)
        undo.push(slot.undo)
        const settledFrom = slot.created ? 0n : await nextTransaction(control)
        const { schemas } = found
        const isBinary = clock.monotonicMs() < binaryUntilMs
        const types = isBinary ? await binaryTypes(control) : undefined
        const stream = track(
          await openReplicationStream({
            connection,
            purpose,
            clock,
            slotName,
            publicationName,
            spoolFolder,
            confirmed: slot.confirmed,
            history: createHistoryCheck(slot.confirmed, known, object),
            binary: isBinary,
            interest: (relation) => changeInterest(schemas, relation, types),
          }),
        )
        stream.failed.catch(({ cause }: FailureError) => {
          if (isTooLargeForServer(cause)) binaryUntilMs = clock.monotonicMs() + binaryForMs
        })
        const [[filenodes = []] = []] = await reading.script(filenodesSql(schemas))
        const chain: SnapshotChain = { filenodes: filenodes.join(' '), ending: false }
        const { isCurrent } = await watchDefinitions({
          control,
          connection,
          publicationName,
          found,
          async prepare(session) {
            const again = await prepareAll(session, definition, analyst, without)
            return published(again, await inspectPublication(session, publicationName, tablesOf(again.schemas)))
          },
        })
        return assemble({
          control,
          reading,
          found,
          stream,
          chain,
          facts,
          slot,
          settledFrom,
          sample,
          isCurrent: async () => (!isBinary || clock.monotonicMs() < binaryUntilMs) && (await isCurrent()),
          slotName,
          object,
          async close() {
            patient = true
            await Promise.all(opened.map((one) => one.close()))
          },
        })
      } catch (error) {
        // All but the first, which undoes: a slot that is read cannot be dropped.
        for (const one of opened.splice(1).reverse()) await one.close()
        for (const step of undo.reverse()) await step().catch(() => {})
        for (const one of opened) await one.close()
        throw error instanceof FailureError ? error : new FailureError(classifyFailure(error, object), error)
      }
    },
    async dropSlot() {
      const control = await openSession(connection, { purpose: 'control', settings: {} })
      try {
        await failingAs(object, dropSlot(control, slotName, object))
      } finally {
        await control.close()
      }
    },
    async walHeld() {
      const control = await openSession(connection, { purpose: 'control', settings: {} })
      try {
        return await failingAs(object, askWalHeld(control, slotName))
      } finally {
        await control.close()
      }
    },
  }
}

interface Parts {
  readonly control: Session
  readonly reading: Session
  readonly found: Found
  readonly stream: Awaited<ReturnType<typeof openReplicationStream>>
  readonly chain: SnapshotChain
  readonly facts: { readonly version: string; readonly server: ServerIdentity }
  readonly slot: { readonly confirmed: Lsn }
  readonly settledFrom: bigint
  readonly sample: ContractSample
  readonly isCurrent: () => Promise<boolean>
  readonly slotName: string
  readonly object: string
  readonly close: () => Promise<void>
}

/**
 * Takes the publication back only where no slot is left that would miss it: a transaction under way would be in its stream
 * with what it did before and after, without what it did meanwhile, and nothing would tell.
 */
async function unlessSlot(session: Session, slotName: string, undo: () => Promise<void>): Promise<void> {
  const slots = await session.rows(`select from pg_replication_slots where slot_name = $1 and plugin = 'pgoutput'`, [
    slotName,
  ])
  if (slots.length === 0) await undo()
}

const walHeldSql = `
select pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::int8, pg_size_bytes(current_setting('max_slot_wal_keep_size'))
  from pg_replication_slots where slot_name = $1`

function assemble(parts: Parts): SourceSession {
  const { control, reading, stream, slotName, object, chain, settledFrom, sample } = parts
  const { schemas, broken } = parts.found
  const failed = Promise.race([control.failed, reading.failed, stream.failed])
  failed.catch(() => {})
  return {
    server: parts.facts.server,
    serverVersion: parts.facts.version,
    slotConfirmedLsn: parts.slot.confirmed,
    schemas,
    broken,
    isCurrent: () => failingAs(object, parts.isCurrent()),
    contractFault: (schema) => sample.faultOf(schema),
    unsettled: () => failingAs(object, whoIsOpen(control, settledFrom)),
    stream,
    failed,
    async nudge() {
      await failingAs(object, control.rows(`select pg_logical_emit_message(true, 'rejot', '')`))
    },
    openSnapshot: () =>
      failingAs(object, openSnapshot({ session: reading, schemas, chain, settledFrom, sample, object })),
    confirm: (lsn) => stream.confirm(lsn),
    walHeld: async () => (await askWalHeld(control, slotName)) ?? { retainedBytes: 0, keptBytes: undefined },
    close: parts.close,
  }
}

async function askWalHeld(session: Session, slotName: string): Promise<WalHeld | undefined> {
  const [[retained, kept] = []] = await session.rows(walHeldSql, [slotName])
  if (retained == null) return undefined
  return { retainedBytes: Number(retained), keptBytes: Number(kept ?? -1) < 0 ? undefined : Number(kept) }
}

function tablesOf(schemas: readonly PostgresPublicSchema[]): readonly SourceTable[] {
  const tables = new Map<number, SourceTable>()
  for (const schema of schemas) {
    for (const { source } of schema.transformations) tables.set(source.oid, source)
  }
  return [...tables.values()]
}

/** Prepares every public schema; one that the database does not allow as it is leaves the others alone. */
export async function prepareAll(
  session: Session,
  definition: SourceDefinition,
  analyst: SqlAnalyst,
  without: ReadonlySet<string>,
): Promise<Found> {
  const schemas: PostgresPublicSchema[] = []
  const broken: BrokenPublicSchema[] = []
  for (const schema of definition.publicSchemas) {
    const id = publicSchemaId(schema)
    const wanted = [id, ...(definition.everyVersion?.includes(id) ? [versionsId(id)] : [])]
    const followed = wanted.filter((one) => !without.has(one))
    if (followed.length === 0) continue
    let trying = id
    try {
      const prepared = await preparePublicSchema(session, schema, analyst)
      if (followed.includes(id)) schemas.push(prepared)
      trying = versionsId(id)
      if (!followed.includes(trying)) continue
      const { publicationName } = definition
      schemas.push(await prepareVersions(session, { schema, prepared, analyst, publicationName }))
    } catch (error) {
      const failure = withGrant(classifyReadingFailure(error, trying), definition.connection.user)
      // A lost connection says nothing of the public schema; a locked table keeps this one waiting alone.
      if (failure.policy === 'retry' && failure.sqlstate !== lockTimeout) throw error
      const failed = trying === id ? followed : [trying]
      for (const one of failed) broken.push({ id: one, failure })
    }
  }
  return { schemas, broken }
}

/** A first start of which nothing would come is undone, and said. */
function throwUnlessSome({ schemas, broken }: Found): void {
  const [first] = broken
  if (schemas.length === 0 && first !== undefined) throw new FailureError(first.failure)
}

/** Of what was prepared, what the publication lets through whole. */
function published({ schemas, broken }: Found, { refused, places }: PublicationFacts): Found {
  const faults = new Map(
    schemas.flatMap((schema) => {
      const [fault] = schema.transformations.flatMap(({ source }) => refused.get(source.oid) ?? [])
      return fault === undefined ? [] : [[schema.id, fault.failure] as const]
    }),
  )
  return {
    schemas: schemas
      .filter(({ id }) => !faults.has(id))
      .map((schema) => ({ ...schema, definitionHash: withPlaces(schema, places) })),
    broken: [...broken, ...[...faults].map(([id, failure]) => ({ id, failure }))],
  }
}

/** A table that left the publication and came back has changes that are in no stream. */
export function withPlaces(
  { definitionHash, transformations }: PostgresPublicSchema,
  places: PublicationFacts['places'],
): string {
  const tables = transformations.flatMap(({ source }) =>
    [source, ...source.heirs].map(({ oid }) => places.get(oid) ?? ''),
  )
  return createHash('sha256')
    .update(`${definitionHash} ${tables.join(' ')}`)
    .digest('hex')
}

/** No transaction that runs now has this id or a higher one. */
async function nextTransaction(session: Session): Promise<bigint> {
  const [row] = await session.rows('select pg_snapshot_xmax(pg_current_snapshot())::text')
  return BigInt(row?.[0] ?? '0')
}

const oldestSql = `
select pid::text from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()
 order by age(backend_xid) desc limit 1`

/** Whose transaction has been open since before that one. */
async function whoIsOpen(session: Session, before: bigint): Promise<string | undefined> {
  const [row] = await session.rows(
    'select (pg_snapshot_xmin(pg_current_snapshot())::text::numeric < $1::numeric)::text',
    [String(before)],
  )
  if (row?.[0] !== 'true') return undefined
  const [open] = await session.rows(oldestSql)
  return open?.[0] == null ? 'a transaction' : `the transaction of PID ${open[0]}`
}
