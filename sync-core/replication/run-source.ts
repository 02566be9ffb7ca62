import type { BackfillState, SourceCheckpoint } from '../domain/checkpoint.ts'
import type { Clock } from '../domain/clock.ts'
import type { EventStore } from '../domain/event-store.ts'
import { DefinitionChangedError, type Failure, PublicSchemaError } from '../domain/failure.ts'
import { type Lsn, maxLsn } from '../domain/lsn.ts'
import type { Offset } from '../domain/offset.ts'
import type { Source, SourceSession, WalHeld } from '../domain/source.ts'
import type { WalStatus } from '../domain/status.ts'
import { isUnbegun, readChunk, repeatBackfill, startBackfills } from './backfill.ts'
import { checkpointOf, progressOf, type SourceProgress } from './epoch-progress.ts'
import type { SourceGauge } from './gauges.ts'
import { openRenewableSnapshot } from './renew-snapshot.ts'
import type { SetAside } from './set-aside.ts'
import { sweepLive, takeEpoch } from './take-epoch.ts'
import { whileDiskFull } from './while-disk-full.ts'

export interface RunSourceDeps {
  readonly id: string
  /** The connection's name, for sentences. */
  readonly object: string
  readonly source: Source
  readonly store: EventStore
  readonly clock: Clock
  readonly gauge: SourceGauge
  /** Sees what the slot holds, over sessions. */
  readonly walGuard: (held: WalHeld, atMs: number) => WalStatus
  /** Once, when it begins. */
  readonly onWalWarning: (retainedBytes: number, wal: WalStatus) => void
  /** Consumers of this source have something to read. */
  readonly wakeConsumers: () => void
  /** Between epochs: removes some history. Returns for how long it need not be called, ms. */
  readonly tendHistory: () => number
  /** The disk is full; what is under way waits, connected, and is tried again in so many ms. */
  readonly onWaiting: (failure: Failure, retryDelayMs: number) => void
  /** Whether rows that exist are copied when a public schema is new. */
  readonly backfill: boolean
  /** Outlives the single runs. */
  readonly setAside: SetAside
  /** A public schema cannot be followed; the others go on. Said once, until it was whole again. */
  readonly onSchemaHalt: (schema: string, failure: Failure) => void
}

const idleCheckMs = 1_000
const definitionCheckMs = 1_000
const settledCheckMs = 200
/** An idle slot moves at least that often, so that the server can let its WAL go. */
const idleConfirmMs = 10_000

/**
 * Follows a source until the signal aborts or something fails. Everything that decides order is here: an epoch is
 * taken, written, confirmed; then the next. When tables or contracts have changed it connects anew, with the public
 * schemas that the source allows then.
 *
 * Throws a FailureError; after it, the next run goes on from what is on disk.
 */
export async function runSource(deps: RunSourceDeps, signal: AbortSignal): Promise<void> {
  deps.gauge.state('connecting')
  while (!signal.aborted) await runSession(deps, signal)
}

/** Resolves when another session is to be made. */
async function runSession(deps: RunSourceDeps, signal: AbortSignal): Promise<void> {
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
    for (const schema of session.schemas) gauge.schema(schema.id, undefined)
    await follow(deps, session, progressOf(checkpoint), checkpoint.confirmedLsn, leftAlone, signal)
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

/** From here on changes pass without this public schema, so that all its rows are copied again once it is whole. */
function halt({ store, gauge, setAside, onSchemaHalt }: RunSourceDeps, schema: string, failure: Failure): void {
  repeatBackfill(store.sources, schema)
  if (failure.policy === 'retry') setAside.add(schema)
  const told = {
    ...failure,
    solution: `${failure.solution} It goes on by itself then, with all its rows copied again.`,
  }
  gauge.schema(schema, told)
  if (setAside.isNews(schema, failure.message)) onSchemaHalt(schema, told)
}

function firstCheckpoint({ id, store, wakeConsumers }: RunSourceDeps, session: SourceSession) {
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

async function follow(
  deps: RunSourceDeps,
  session: SourceSession,
  start: SourceProgress,
  startConfirmed: Lsn,
  leftAlone: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, gauge } = deps
  let progress = start
  let confirmed = startConfirmed
  let confirmedAt = clock.monotonicMs()
  const stopWal = watchWal(deps, session, signal)
  const definitions = watchDefinitions(deps, session, leftAlone, signal)
  try {
    while (!signal.aborted && !definitions.changed) {
      await whileDiskFull(deps, () => store.requireRoom(), signal)
      const known = nextBackfill(deps, session)
      gauge.state(known !== undefined ? 'backfilling' : gauge.cut ? 'catching-up' : 'streaming')
      gauge.received(session.stream)
      if (session.stream.peek() !== undefined || progress.owed.length > 0 || known !== undefined) {
        const epoch = await writeEpoch(deps, session, progress, confirmed, known, signal)
        progress = epoch.progress
        confirmed = epoch.confirmed
        confirmedAt = clock.monotonicMs()
        deps.tendHistory()
        if (progress.owed.length > 0) await session.stream.arrival(signal, 1)
        else if (epoch.waits) await waitForSettled(deps, session, known, signal)
        continue
      }
      const due = session.stream.confirmationWanted || clock.monotonicMs() - confirmedAt > idleConfirmMs
      if (due && session.stream.position > confirmed) {
        const before = progress
        confirmed = await whileDiskFull(deps, () => confirmIdle(deps, session, before), signal)
        progress = { ...progress, endLsn: confirmed }
        confirmedAt = clock.monotonicMs()
      }
      const historyRestsMs = deps.tendHistory()
      await whileDiskFull(deps, () => store.checkpoint(), signal)
      await session.stream.arrival(signal, Math.min(idleCheckMs, historyRestsMs))
    }
  } finally {
    stopWal()
    definitions.stop()
  }
}

/** Of the public schemas that are followed, one that is being copied. */
function nextBackfill({ id, store }: RunSourceDeps, session: SourceSession): BackfillState | undefined {
  return store.sources
    .backfills(id)
    .find(({ schema, state }) => state === 'running' && session.schemas.some((one) => one.id === schema))
}

/** Says whom the copy waits for, and looks again soon; changes that come meanwhile are taken at once. */
async function waitForSettled(
  { gauge }: RunSourceDeps,
  session: SourceSession,
  backfill: BackfillState | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (backfill !== undefined) gauge.backfillWaits(backfill.schema, await session.unsettled())
  await session.stream.arrival(signal, settledCheckMs)
}

interface WrittenEpoch {
  readonly progress: SourceProgress
  readonly confirmed: Lsn
  /** A backfill has not begun: transactions are open that may have written before their table was published. */
  readonly waits: boolean
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
  const snapshot = await openRenewableSnapshot(session)
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
    const waits = backfill !== undefined && !snapshot.settled && isUnbegun(backfill)
    const chunk =
      backfill === undefined || schema === undefined || taken.cut || waits
        ? undefined
        : await readChunk(snapshot, place, schema, backfill)
    if (chunk !== undefined && chunk.slice.size > 0) await taken.ask(chunk.slice)
    snapshot.expectClose()
    await taken.finish()
    if (chunk?.sweep) await sweepLive({ session, snapshot, writer }, place)
    signal.throwIfAborted()
    await snapshot.close()
    const checkpoint = checkpointOf(taken.progress, confirmedBefore, id, session.server)
    const { events } = writer
    const kind = chunk !== undefined ? 'backfill' : taken.cut ? 'catch-up' : 'live'
    const close = (): Offset =>
      writer.close({
        checkpoint,
        lsn: snapshot.lsn,
        receivedAt: taken.receivedAt ?? clock.now(),
        kind,
        ...(chunk === undefined || isOutrun(store, chunk.next) ? {} : { backfills: [chunk.next] }),
      })
    await whileDiskFull(deps, close, signal)
    closed = true
    session.confirm(checkpoint.confirmedLsn)
    gauge.stored({ events, confirmedLsn: checkpoint.confirmedLsn, cut: taken.cut })
    if (events > 0) deps.wakeConsumers()
    if (chunk !== undefined) gauge.backfillWaits(chunk.next.schema, undefined)
    if (chunk?.next.state === 'done') deps.setAside.forget(chunk.next.schema)
    return { progress: taken.progress, confirmed: checkpoint.confirmedLsn, waits }
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
  const checkpoint = checkpointOf({ ...progress, endLsn }, endLsn, deps.id, session.server)
  deps.store.sources.save(checkpoint)
  session.confirm(checkpoint.confirmedLsn)
  deps.gauge.stored({ events: 0, confirmedLsn: checkpoint.confirmedLsn, cut: false })
  return checkpoint.confirmedLsn
}

/** Every few seconds, beside the loop. */
function watchWal(deps: RunSourceDeps, session: SourceSession, signal: AbortSignal): () => void {
  const { clock, gauge, walGuard, onWalWarning } = deps
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const watch = async (): Promise<void> => {
    let warned = false
    while (!either.aborted) {
      const held = await session.walHeld()
      const wal = walGuard(held, clock.monotonicMs())
      gauge.walHeld(held.retainedBytes, wal)
      if (wal.warning && !warned) onWalWarning(held.retainedBytes, wal)
      warned = wal.warning
      await clock.sleep(2_000, either)
    }
  }
  // A lost connection is the loop's to notice.
  watch().catch(() => {})
  return () => stop.abort()
}

/** Once a second, beside the loop, which looks between two epochs. */
function watchDefinitions(
  { clock, gauge, setAside }: RunSourceDeps,
  session: SourceSession,
  leftAlone: ReadonlySet<string>,
  signal: AbortSignal,
): { readonly changed: boolean; stop(): void } {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  let changed = false
  const watch = async (): Promise<void> => {
    while (!either.aborted && !changed) {
      await clock.sleep(definitionCheckMs, either)
      if (either.aborted) return
      for (const { id } of session.schemas) gauge.contractFault(id, session.contractFault(id))
      changed = setAside.isDue(leftAlone) || !(await session.isCurrent())
    }
  }
  // A lost connection is the loop's to notice.
  watch().catch(() => {})
  return {
    get changed() {
      return changed
    },
    stop: () => stop.abort(),
  }
}
