import type { SourceCheckpoint } from '../domain/checkpoint.ts'
import { DefinitionChangedError, type Failure, PublicSchemaError } from '../domain/failure.ts'
import type { SourceSession } from '../domain/source.ts'
import { isUnbegun, repeatBackfill, startBackfills } from './backfill.ts'
import { progressOf } from './epoch-progress.ts'
import { followSource } from './follow-source.ts'
import type { SourceDeps } from './source-deps.ts'

/**
 * Follows a source until the signal aborts or something fails. When tables or contracts have changed it connects anew,
 * with the public schemas that the source allows then.
 *
 * Throws a FailureError; after it, the next run goes on from what is on disk.
 */
export async function runSource(deps: SourceDeps, signal: AbortSignal): Promise<void> {
  deps.gauge.state('connecting')
  while (!signal.aborted) await runSession(deps, signal)
}

/** Resolves when another session is to be made. */
async function runSession(deps: SourceDeps, signal: AbortSignal): Promise<void> {
  const { id, store, gauge, setAside } = deps
  const known = store.sources.read(id)
  const leftAlone = setAside.waiting()
  const session = await deps.source.connect(known, signal, leftAlone)
  const writtenBefore = store.epochUnderWay(id)?.id
  try {
    gauge.connected(session.serverVersion)
    const checkpoint = known === undefined ? firstCheckpoint(deps, session) : resumeAt(session, known)
    for (const { id: schema, failure } of session.broken) halt(deps, schema, failure)
    startBackfills(store.sources, id, session.schemas, deps.backfill)
    repeatUnfollowed(deps, session)
    for (const schema of session.schemas) gauge.schema(schema.id, undefined)
    const start = { progress: progressOf(checkpoint), confirmed: checkpoint.confirmedLsn, stored: Promise.resolve() }
    await followSource(deps, session, start, leftAlone, signal)
  } catch (error) {
    if (error instanceof PublicSchemaError) {
      if (setAside.add(error.schema)) halt(deps, error.schema, error.failure)
      else repeatBackfill(store.sources, error.schema)
    } else if (!(error instanceof DefinitionChangedError) || store.epochUnderWay(id)?.id === writtenBefore) {
      // Changed again before anything was written: once more, but not at once.
      throw error
    }
  } finally {
    await session.close()
  }
}

/** What nobody wants any more has its rows copied again should somebody want it once more: until then changes pass without it. */
function repeatUnfollowed({ id, store }: SourceDeps, { schemas }: SourceSession): void {
  for (const known of store.sources.backfills(id)) {
    if (schemas.some((schema) => schema.id === known.schema)) continue
    if (known.state !== 'running' || !isUnbegun(known)) repeatBackfill(store.sources, known.schema)
  }
}

/** From here on changes pass without this public schema, so that all its rows are copied again once it is whole. */
function halt({ store, gauge, setAside, onSchemaHalt }: SourceDeps, schema: string, failure: Failure): void {
  repeatBackfill(store.sources, schema)
  if (failure.policy === 'retry') setAside.add(schema)
  const told = {
    ...failure,
    solution: `${failure.solution} It goes on by itself then, with all its rows copied again.`,
  }
  gauge.schema(schema, told)
  if (setAside.isNews(schema, failure.message)) onSchemaHalt(schema, told)
}

function firstCheckpoint({ id, store, wakeConsumers }: SourceDeps, session: SourceSession) {
  const checkpoint = {
    source: id,
    throughLsn: session.slotConfirmedLsn,
    owed: [],
    confirmedLsn: session.slotConfirmedLsn,
    server: session.server,
  }
  store.sources.save(checkpoint)
  wakeConsumers()
  return checkpoint
}

/** From where the slot is, which may be behind what was confirmed: what comes twice is known by its commit. */
function resumeAt({ server, slotConfirmedLsn }: SourceSession, known: SourceCheckpoint): SourceCheckpoint {
  return { ...known, server, confirmedLsn: slotConfirmedLsn }
}
