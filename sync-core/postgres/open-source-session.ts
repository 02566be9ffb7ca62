import type { SourceCheckpoint } from '../domain/checkpoint.ts'
import type { Clock } from '../domain/clock.ts'
import type { FailureError } from '../domain/failure.ts'
import type { SourceDefinition } from '../domain/manifest.ts'
import type { SourceSession } from '../domain/source.ts'
import type { SqlAnalyst } from '../domain/sql-analyst.ts'
import { awaitSlot, type SlotPatience } from './await-slot.ts'
import { binaryTypes } from './binary-types.ts'
import { changeInterest } from './change-interest.ts'
import { checkServer } from './check-identity.ts'
import { checkSource } from './check-source.ts'
import { asFailureError } from './classify-failure.ts'
import { watchDefinitions } from './definition-watch.ts'
import { nextTransactionId } from './earlier-transactions.ts'
import { ensurePublication, inspectPublication } from './ensure-publication.ts'
import { ensureSlot } from './ensure-slot.ts'
import { letThrough, prepareSchemas, tablesOf, throwUnlessSome } from './followed-schemas.ts'
import { createHistoryCheck } from './history-check.ts'
import { beginSnapshots } from './open-snapshot.ts'
import { openReplicationStream } from './replication-stream.ts'
import type { ContractSample } from './sample-contract.ts'
import { applicationName, openSession } from './session.ts'
import { createSourceSession } from './source-session.ts'
import type { StreamForm } from './stream-form.ts'
import { createOpening, type Opening, unlessSlot } from './undo-opening.ts'

export interface PostgresSourceDeps {
  readonly definition: SourceDefinition
  /** Names the engine to the server: the event store's UUID, so that a former run's connection is known as our own. */
  readonly engine: string
  readonly analyst: SqlAnalyst
  readonly clock: Clock
  /** Of this source alone; holds large transactions while they are open. */
  readonly spoolFolder: string
}

export interface OpenSourceDeps extends PostgresSourceDeps {
  readonly sample: ContractSample
  readonly form: StreamForm
  readonly patience: SlotPatience
}

/** The arguments of `Source.connect`. */
export interface SourceStart {
  /** How far it was followed; `undefined`: this is the first time. */
  readonly known: SourceCheckpoint | undefined
  readonly signal: AbortSignal
  /** Public schemas that are left alone. */
  readonly without: ReadonlySet<string>
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

/** Begins to follow a source, as `Source.connect` promises: throws a FailureError, and what it had made is then gone. */
export async function openSourceSession(deps: OpenSourceDeps, start: SourceStart): Promise<SourceSession> {
  const opening = createOpening()
  try {
    return await open(deps, start, opening)
  } catch (error) {
    await opening.undo()
    throw asFailureError(error, objectOf(deps))
  }
}

/** One connection for everything else, one for snapshots, one for the stream; looked at first, then made. */
async function open(deps: OpenSourceDeps, start: SourceStart, opening: Opening): Promise<SourceSession> {
  const { definition, engine, analyst, clock, spoolFolder, sample, form, patience } = deps
  const { connection, slotName, publicationName } = definition
  const { known, signal, without } = start
  const object = objectOf(deps)
  const purpose = `replication ${engine}`

  const control = opening.connected(await openSession(connection, { purpose: 'control', settings: {} }))
  const facts = await checkSource(control, object)
  // Before anything is made on a server that is not the one that was left.
  if (known !== undefined) checkServer(facts, known, object)
  // Our own small commits must not wait for a standby that is away: they only make the server say where it is.
  await control.rows('set synchronous_commit = local')
  const reading = opening.connected(
    await openSession(connection, { purpose: 'projection', settings: projectionSettings }),
  )
  const prepared = await prepareSchemas(reading, definition, analyst, without)
  if (known === undefined) throwUnlessSome(prepared)
  // Before anything is made: who may not have the slot leaves the publication alone too.
  const reader = applicationName(purpose)
  await awaitSlot(control, { slotName, object, reader, patienceMs: patience.takeMs(), clock, signal })

  const publication = await ensurePublication(control, publicationName, tablesOf(prepared.schemas))
  opening.made(() => unlessSlot(control, slotName, publication.undo))
  const followed = letThrough(prepared, publication)
  if (known === undefined) throwUnlessSome(followed)
  const slot = await ensureSlot(control, slotName, object, known)
  opening.made(slot.undo)
  const settledFrom = slot.created ? 0n : await nextTransactionId(control)

  const isBinary = form.isBinary()
  const types = isBinary ? await binaryTypes(control) : undefined
  const stream = opening.connected(
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
      interest: (relation) => changeInterest(followed.schemas, relation, types),
    }),
  )
  stream.failed.catch(({ cause }: FailureError) => form.streamFailed(cause))

  const chain = await beginSnapshots(reading, followed.schemas)
  const definitions = await watchDefinitions({
    control,
    connection,
    publicationName,
    found: followed,
    async prepare(session) {
      const again = await prepareSchemas(session, definition, analyst, without)
      return letThrough(again, await inspectPublication(session, publicationName, tablesOf(again.schemas)))
    },
  })
  return createSourceSession({
    control,
    reading,
    stream,
    facts,
    slot,
    followed,
    chain,
    settledFrom,
    sample,
    slotName,
    object,
    // A stream in binary form ends once text is to be tried again.
    isCurrent: async () => (!isBinary || form.isBinary()) && (await definitions.isCurrent()),
    async close() {
      patience.renew()
      await opening.close()
    },
  })
}

function objectOf({ definition }: PostgresSourceDeps): string {
  return definition.connection.slug
}
