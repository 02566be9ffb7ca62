import type { BackfillState } from '../domain/checkpoint.ts'
import type { Clock } from '../domain/clock.ts'
import type { EventStore } from '../domain/event-store.ts'
import { FailureError } from '../domain/failure.ts'
import { formatLsn, type Lsn, maxLsn } from '../domain/lsn.ts'
import type { Source, SourceSession } from '../domain/source.ts'
import { readChunk, startBackfills } from './backfill.ts'
import { checkpointOf, progressOf, type SourceProgress } from './epoch-progress.ts'
import type { SourceGauge } from './gauges.ts'
import { sweepLive, takeEpoch } from './take-epoch.ts'

export interface RunSourceDeps {
  readonly id: string
  /** The connection's name, for sentences. */
  readonly object: string
  readonly source: Source
  readonly store: EventStore
  readonly clock: Clock
  readonly gauge: SourceGauge
  /** Consumers of this source have something to read. */
  readonly wakeConsumers: () => void
  /** Between epochs: removes some history. Returns for how long it need not be called, ms. */
  readonly tendHistory: () => number
  /** Whether rows that exist are copied when a public schema is new. */
  readonly backfill: boolean
}

const idleCheckMs = 1_000
/** An idle slot moves at least that often, so that the server can let its WAL go. */
const idleConfirmMs = 10_000

/**
 * Follows a source until the signal aborts or something fails. Everything that decides order is here: an epoch is
 * taken, written, confirmed; then the next.
 *
 * Throws a FailureError; after it, the next run goes on from what is on disk.
 */
export async function runSource(deps: RunSourceDeps, signal: AbortSignal): Promise<void> {
  const { id, store, gauge } = deps
  gauge.state('connecting')
  const known = store.sources.read(id)
  const session = await deps.source.connect(known?.confirmedLsn, signal)
  try {
    gauge.connected(session.serverVersion)
    const checkpoint = known ?? firstCheckpoint(deps, session)
    checkIdentity(deps, session, checkpoint.systemIdentifier, checkpoint.confirmedLsn)
    startBackfills(store.sources, id, session.schemas, deps.backfill)
    await follow(deps, session, progressOf(checkpoint), checkpoint.confirmedLsn, signal)
  } finally {
    await session.close()
  }
}

function firstCheckpoint({ id, store, wakeConsumers }: RunSourceDeps, session: SourceSession) {
  const checkpoint = {
    source: id,
    throughLsn: session.slotConfirmedLsn,
    owed: [],
    confirmedLsn: session.slotConfirmedLsn,
    systemIdentifier: session.systemIdentifier,
  }
  store.sources.save(checkpoint)
  wakeConsumers()
  return checkpoint
}

/** A slot that is ahead of the checkpoint, or on another server, has let go of changes that are not stored. */
function checkIdentity({ object }: RunSourceDeps, session: SourceSession, identifier: string, confirmed: Lsn): void {
  const refuse = (state: string): never => {
    throw new FailureError({
      kind: 'slot-lost',
      policy: 'halt',
      object,
      message: `Cannot follow ${object}: ${state}`,
      solution: 'Bring the former state folder back, or start with a new one to copy all rows again.',
    })
  }
  if (identifier !== session.systemIdentifier) refuse('this is another server than the one that was followed before')
  if (session.slotConfirmedLsn > confirmed) {
    refuse(`its slot is at ${formatLsn(session.slotConfirmedLsn)}, past what is stored (${formatLsn(confirmed)})`)
  }
}

async function follow(
  deps: RunSourceDeps,
  session: SourceSession,
  start: SourceProgress,
  startConfirmed: Lsn,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, gauge } = deps
  let progress = start
  let confirmed = startConfirmed
  let confirmedAt = clock.monotonicMs()
  const stopRetained = watchRetained(deps, session, signal)
  try {
    while (!signal.aborted) {
      const pending = store.sources.backfills(deps.id).find((state) => state.state === 'running')
      const known = pending && session.schemas.some((schema) => schema.id === pending.schema) ? pending : undefined
      gauge.state(known !== undefined ? 'backfilling' : gauge.cut ? 'catching-up' : 'streaming')
      gauge.received(session.stream)
      if (session.stream.peek() !== undefined || progress.owed.length > 0 || known !== undefined) {
        const epoch = await writeEpoch(deps, session, progress, confirmed, known, signal)
        progress = epoch.progress
        confirmed = epoch.confirmed
        confirmedAt = clock.monotonicMs()
        deps.tendHistory()
        if (progress.owed.length > 0) await session.stream.arrival(signal, 1)
        continue
      }
      const due = session.stream.confirmationWanted || clock.monotonicMs() - confirmedAt > idleConfirmMs
      if (due && session.stream.position > confirmed) {
        confirmed = confirmIdle(deps, session, progress)
        progress = { ...progress, endLsn: confirmed }
        confirmedAt = clock.monotonicMs()
      }
      const historyRestsMs = deps.tendHistory()
      store.checkpoint()
      await session.stream.arrival(signal, Math.min(idleCheckMs, historyRestsMs))
    }
  } finally {
    stopRetained()
  }
}

interface WrittenEpoch {
  readonly progress: SourceProgress
  readonly confirmed: Lsn
}

/** Snapshot, stream, projection, store, and only then the slot. */
async function writeEpoch(
  deps: RunSourceDeps,
  session: SourceSession,
  before: SourceProgress,
  confirmedBefore: Lsn,
  backfill: BackfillState | undefined,
  signal: AbortSignal,
): Promise<WrittenEpoch> {
  const { id, store, clock, gauge } = deps
  const snapshot = await session.openSnapshot()
  const writer = store.openEpoch(id)
  let closed = false
  let chunkSeen = -1
  // Consumers may begin with a large epoch as soon as a chunk of it is on disk.
  const onWritten = (): void => {
    const { lastOffset = -1, firstOffset = 0 } = store.epochUnderWay(id) ?? {}
    if (lastOffset < firstOffset || lastOffset === chunkSeen) return
    chunkSeen = lastOffset
    deps.wakeConsumers()
  }
  try {
    const taken = await takeEpoch({ session, snapshot, writer, clock, signal, onWritten }, before)
    const place = session.schemas.findIndex((schema) => schema.id === backfill?.schema)
    const schema = session.schemas[place]
    const chunk =
      backfill === undefined || schema === undefined || taken.cut
        ? undefined
        : await readChunk(snapshot, place, schema, backfill)
    if (chunk !== undefined && chunk.slice.size > 0) await taken.ask(chunk.slice)
    snapshot.expectClose()
    await taken.finish()
    if (chunk?.sweep) await sweepLive({ session, snapshot, writer }, place)
    signal.throwIfAborted()
    if (!(await snapshot.close())) throw rewritten(deps.object)
    const checkpoint = checkpointOf(taken.progress, confirmedBefore, id, session.systemIdentifier)
    const { events } = writer
    const kind = chunk !== undefined ? 'backfill' : taken.cut ? 'catch-up' : 'live'
    writer.close({
      checkpoint,
      lsn: snapshot.lsn,
      receivedAt: taken.receivedAt ?? clock.now(),
      kind,
      ...(chunk === undefined || isOutrun(store, chunk.next) ? {} : { backfills: [chunk.next] }),
    })
    closed = true
    session.confirm(checkpoint.confirmedLsn)
    gauge.stored({ events, confirmedLsn: checkpoint.confirmedLsn, cut: taken.cut })
    if (events > 0) deps.wakeConsumers()
    return { progress: taken.progress, confirmed: checkpoint.confirmedLsn }
  } catch (error) {
    if (!closed) writer.discard()
    throw error
  }
}

/** Somebody asked for the backfill to be repeated while this chunk was under way: it must not take that back. */
function isOutrun({ sources }: EventStore, { schema, generation }: BackfillState): boolean {
  return sources.backfill(schema)?.generation !== generation
}

/** Nothing we follow has changed up to where the server is: said on disk first, as always. */
function confirmIdle(deps: RunSourceDeps, session: SourceSession, progress: SourceProgress): Lsn {
  const endLsn = maxLsn(progress.endLsn, session.stream.position)
  const checkpoint = checkpointOf({ ...progress, endLsn }, endLsn, deps.id, session.systemIdentifier)
  deps.store.sources.save(checkpoint)
  session.confirm(checkpoint.confirmedLsn)
  deps.gauge.stored({ events: 0, confirmedLsn: checkpoint.confirmedLsn, cut: false })
  return checkpoint.confirmedLsn
}

function rewritten(object: string): FailureError {
  return new FailureError({
    kind: 'overloaded',
    policy: 'retry',
    object,
    message: `Cannot use what was read from ${object}: a table was rewritten or truncated meanwhile`,
    solution: 'It is read again.',
  })
}

/** Every few seconds, beside the loop. */
function watchRetained({ clock, gauge }: RunSourceDeps, session: SourceSession, signal: AbortSignal): () => void {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const watch = async (): Promise<void> => {
    while (!either.aborted) {
      gauge.retained(await session.retainedBytes())
      await clock.sleep(2_000, either)
    }
  }
  // A lost connection is the loop's to notice.
  watch().catch(() => {})
  return () => stop.abort()
}
