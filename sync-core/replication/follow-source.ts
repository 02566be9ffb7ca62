import type { BackfillState } from '../domain/checkpoint.ts'
import { type Lsn, maxLsn } from '../domain/lsn.ts'
import type { SourceSession } from '../domain/source.ts'
import { checkpointOf, type SourceProgress } from './epoch-progress.ts'
import type { SourceDeps } from './source-deps.ts'
import { watchDefinitions, watchWal } from './watch-source.ts'
import { whileDiskFull } from './while-disk-full.ts'
import { type Followed, writeEpoch } from './write-epoch.ts'

const idleCheckMs = 1_000
const settledCheckMs = 200
/** An idle slot moves at least that often, so that the server can let its WAL go. */
const idleConfirmMs = 10_000

/**
 * One epoch behind the other while there is something to take, and else what keeps an idle slot moving. Resolves when the
 * signal aborts, or when tables or contracts have changed and another session is to be made.
 *
 * @param leftAlone public schemas that this session does not follow
 */
export async function followSource(
  deps: SourceDeps,
  session: SourceSession,
  start: Followed,
  leftAlone: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, gauge } = deps
  let { progress, confirmed, stored } = start
  let lost: unknown
  let unseenBefore = false
  let confirmedAt = clock.monotonicMs()
  const stopWal = watchWal(deps, session, signal)
  const definitions = watchDefinitions(deps, session, leftAlone, signal)
  try {
    while (!signal.aborted && !definitions.changed) {
      if (lost !== undefined) throw lost
      await whileDiskFull(deps, () => store.requireRoom(), signal)
      const known = nextBackfill(deps, session)
      gauge.state(known !== undefined ? 'backfilling' : gauge.cut ? 'catching-up' : 'streaming')
      gauge.received(session.stream)
      if (session.stream.peek() !== undefined || progress.owed.length > 0 || known !== undefined) {
        const epoch = await writeEpoch(deps, session, { progress, confirmed, stored }, known, signal)
        progress = epoch.progress
        confirmed = epoch.confirmed
        stored = epoch.stored
        stored.catch((error: unknown) => {
          lost = error
        })
        confirmedAt = clock.monotonicMs()
        deps.tendHistory()
        if (progress.owed.length > 0) {
          // A commit is read a moment before it is visible: looked for again at once, and then every millisecond.
          if (epoch.unseen && unseenBefore) await session.stream.arrival(signal, 1)
        } else if (epoch.waits) await waitForSettled(deps, session, known, signal)
        unseenBefore = epoch.unseen
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
    // Who comes next begins with what is on disk then.
    await stored.catch(() => {})
  }
}

/** Of the public schemas that are followed, one that is being copied. */
function nextBackfill({ id, store }: SourceDeps, session: SourceSession): BackfillState | undefined {
  return store.sources
    .backfills(id)
    .find(({ schema, state }) => state === 'running' && session.schemas.some((one) => one.id === schema))
}

/** Says whom the copy waits for, and looks again soon; changes that come meanwhile are taken at once. */
async function waitForSettled(
  { gauge }: SourceDeps,
  session: SourceSession,
  backfill: BackfillState | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (backfill !== undefined) gauge.backfillWaits(backfill.schema, await session.unsettled())
  await session.stream.arrival(signal, settledCheckMs)
}

/** Nothing we follow has changed up to where the server is: said on disk first, as always. */
function confirmIdle(deps: SourceDeps, session: SourceSession, progress: SourceProgress): Lsn {
  const endLsn = maxLsn(progress.endLsn, session.stream.position)
  const checkpoint = checkpointOf({ ...progress, endLsn }, endLsn, deps.id, session.server)
  deps.store.sources.save(checkpoint)
  session.confirm(checkpoint.confirmedLsn)
  deps.gauge.stored({ events: 0, confirmedLsn: checkpoint.confirmedLsn, cut: false })
  return checkpoint.confirmedLsn
}
