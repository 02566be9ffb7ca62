import type { Clock } from '../domain/clock.ts'
import type { EpochWriter } from '../domain/event-store.ts'
import { FailureError } from '../domain/failure.ts'
import { type Lsn, maxLsn } from '../domain/lsn.ts'
import type { SourceSession } from '../domain/source.ts'
import type { TransactionPart } from '../domain/source-transaction.ts'
import { createAnsweredKeys } from './answered-keys.ts'
import { isKnown, type OwedTransaction, type SourceProgress } from './epoch-progress.ts'
import { createKeySlice, type KeySlice } from './key-slice.ts'
import { type AskedSlice, askSlice, settleOrphans, settleSlice } from './project-slice.ts'
import type { RenewableSnapshot } from './renew-snapshot.ts'
import { needFormerRows, restoreVersions } from './restore-versions.ts'
import type { RowPace } from './row-pace.ts'
import { createUnsureRows, type UnsureRows } from './unsure-rows.ts'

/** Most keys that are asked in one go: large enough for the server to work in sets, small enough for memory and latency. */
const sliceKeys = 2_000
const sweepKeys = 2_000
/**
 * A snapshot holds back vacuum on the source. Past this the epoch ends at the next transaction, or goes on with the one
 * under way in a later snapshot: catching up.
 */
const snapshotLimitMs = 20_000
/** Keys of transactions that no snapshot sees yet are held in memory; with more of them the stream is read again later. */
const owedKeys = 100_000
/** Rows to be looked up at an epoch's end; with more of them it is done at once, and the epoch ends with its transaction. */
const unsureLimit = 20_000
/** How long the server may take to say its position before it is given something to write. */
const nudgeAfterMs = 2
const nudgeEveryMs = 10

export interface EpochDeps {
  readonly session: SourceSession
  readonly snapshot: RenewableSnapshot
  readonly writer: EpochWriter
  readonly clock: Clock
  readonly pace: RowPace
  readonly signal: AbortSignal
  /** Whether what is stored of a public schema is what its rows were last. */
  readonly isCopied: (schema: string) => boolean
  /** A slice has been written. */
  readonly onWritten: () => void
}

export interface TakenEpoch {
  readonly progress: SourceProgress
  /** Ended before the snapshot's state was reached, or was read in several: rows may be ahead of one another. */
  readonly cut: boolean
  /** Nothing was asked of the source. */
  readonly idle: boolean
  /** When the oldest transaction in it arrived, ms since 1970; `undefined` when it holds none. */
  readonly receivedAt: number | undefined
  /** More keys for the same snapshot, such as a backfill's. */
  ask(slice: KeySlice): Promise<void>
  /** Waits for everything that was asked. */
  finish(): Promise<void>
}

/**
 * Reads the stream up to the snapshot's LSN and projects, in that snapshot, the keys of the transactions that it sees.
 * The keys of others are owed: they go into the first epoch whose snapshot sees them.
 *
 * Keys are asked while they come; of a large transaction never more than two slices are in memory. A key that is asked
 * twice in one snapshot gives the same row twice, which the event store recognises.
 */
export async function takeEpoch(deps: EpochDeps, before: SourceProgress): Promise<TakenEpoch> {
  const { session, snapshot, clock, pace, signal } = deps
  const { stream } = session
  const unsure = createUnsureRows()
  const asking = createAsking(deps, unsure)
  let openedAt = clock.monotonicMs()
  const isOld = (): boolean => clock.monotonicMs() - openedAt > snapshotLimitMs
  let { throughLsn, endLsn } = before
  const awaited = new Set(before.awaited)
  const owed: OwedTransaction[] = []
  let receivedAt: number | undefined
  let open: OpenTransaction | undefined
  const truncated = new Set<number>()
  let slice = createKeySlice()
  let cut = false

  const askGathered = async (): Promise<void> => {
    if (slice.size === 0) return
    const gathered = slice
    slice = createKeySlice()
    await asking.ask(gathered)
  }

  for (const transaction of before.owed) {
    if (!snapshot.sees(transaction.xid)) {
      owed.push(transaction)
      continue
    }
    receivedAt ??= transaction.receivedAt
    for (const schema of transaction.truncated) truncated.add(schema)
    if (slice.size + transaction.keys.size > sliceKeys) await askGathered()
    slice.addSlice(transaction.keys)
  }

  while (!signal.aborted) {
    const part = stream.peek()
    if (part === undefined) {
      if (open === undefined && stream.position >= snapshot.lsn) break
      // The first few go at once, since the source is free; all others in slices that are worth asking.
      if (open === undefined && !asking.begun) {
        await askGathered()
        snapshot.expectClose()
      }
      await awaitProgress(deps, open === undefined ? snapshot.lsn : undefined)
      continue
    }
    if (open === undefined && part.type === 'begin') {
      if (part.commitLsn >= snapshot.lsn) break
      if (isOld() || unsure.asked) {
        cut = true
        break
      }
    }
    stream.take()
    open = step(part, open)
    if (slice.size >= pace.keysOfLast(sliceKeys)) {
      await askGathered()
      if (unsure.size >= unsureLimit) await asking.ask(unsure.take(false))
      if (isOld()) await renew()
    }
  }
  await askGathered()
  const unsureRows = unsure.take(!cut)
  if (unsureRows.size > 0) await asking.ask(unsureRows)
  if (truncated.size > 0) await asking.finish()
  for (const place of truncated) await sweepLive(deps, place)

  return {
    progress: { throughLsn, endLsn, owed, awaited },
    cut,
    idle: !asking.begun && truncated.size === 0,
    receivedAt,
    ask: asking.ask,
    finish: asking.finish,
  }

  async function renew(): Promise<void> {
    await asking.finish()
    await snapshot.renew()
    openedAt = clock.monotonicMs()
    cut = true
  }

  function step(part: TransactionPart, current: OpenTransaction | undefined): OpenTransaction | undefined {
    switch (part.type) {
      case 'begin': {
        const known = isKnown({ throughLsn: before.throughLsn, endLsn, owed, awaited }, part.commitLsn)
        const owing = !known && !snapshot.sees(part.xid)
        const keys = known || !owing ? undefined : createKeySlice()
        return { xid: part.xid, commitLsn: part.commitLsn, known, owed: keys, truncated: new Set() }
      }
      case 'change':
        if (current === undefined || current.known) return current
        if (current.owed !== undefined && keysOwed(owed) + current.owed.size >= owedKeys) throw tooMuchOwed()
        ;(current.owed ?? slice).addChange(part)
        return current
      case 'truncate':
        for (const listener of part.listeners) current?.truncated.add(listener.schema)
        return current
      case 'commit': {
        // Commits come in order: one that was owed and has not come by now had nothing that is still listened to.
        for (const lsn of awaited) if (lsn <= part.commitLsn) awaited.delete(lsn)
        if (current?.owed !== undefined) {
          const { xid, truncated: emptied, owed: keys } = current
          owed.push({ ...part, xid, keys, truncated: emptied, endBefore: endLsn })
        } else if (current?.known === false) {
          receivedAt ??= part.receivedAt
          for (const schema of current.truncated) truncated.add(schema)
        }
        throughLsn = maxLsn(throughLsn, part.commitLsn)
        endLsn = maxLsn(endLsn, part.endLsn)
        return undefined
      }
    }
  }
}

function keysOwed(owed: readonly OwedTransaction[]): number {
  return owed.reduce((sum, transaction) => sum + transaction.keys.size, 0)
}

/** Nothing of it is confirmed, so it comes again; by then the source shows it, or it is asked to wait once more. */
function tooMuchOwed(): FailureError {
  return new FailureError({
    kind: 'overloaded',
    policy: 'retry',
    object: 'the source',
    message: 'Cannot hold a large transaction: the source has sent it and does not show it yet',
    solution: 'It is read again; a standby that the source waits for may be slow or away.',
  })
}

interface OpenTransaction {
  readonly xid: number
  readonly commitLsn: Lsn
  readonly known: boolean
  /** Where its keys gather when the snapshot does not see it. */
  readonly owed: KeySlice | undefined
  readonly truncated: Set<number>
}

interface Asking {
  /** Something has been asked. */
  readonly begun: boolean
  ask(slice: KeySlice): Promise<void>
  finish(): Promise<void>
}

/** Keeps one slice under way at the source while the one before is written. */
function createAsking(deps: EpochDeps, unsure: UnsureRows): Asking {
  const { session, snapshot, writer, pace, isCopied, onWritten } = deps
  const answered = createAnsweredKeys(session.schemas)
  let underWay: AskedSlice | undefined
  let begun = false
  const finish = async (): Promise<void> => {
    const slice = underWay
    underWay = undefined
    if (slice === undefined) return
    await settleSlice({ snapshot, writer, pace, schemas: session.schemas }, slice)
    for (const run of slice.runs) await answered.add(run)
    onWritten()
  }
  return {
    get begun() {
      return begun
    },
    async ask(slice) {
      begun = true
      const versions = slice.versions()
      if (needFormerRows(versions)) await finish()
      const next = askSlice(
        snapshot,
        answered.leftOf(slice),
        restoreVersions({ schemas: session.schemas, writer, unsure, isCopied }, versions),
      )
      await finish()
      underWay = next
    },
    finish,
  }
}

/**
 * Waits for the stream to move. The server says by itself where it is, but WAL of an open transaction is flushed only by
 * the next commit, and until then it cannot be past it; a message of our own makes it.
 */
async function awaitProgress({ session, clock, signal }: EpochDeps, towards: Lsn | undefined): Promise<void> {
  const { stream } = session
  if (towards === undefined) return stream.arrival(signal, 60_000)
  const isOn = (): boolean => signal.aborted || stream.peek() !== undefined || stream.position >= towards
  const waitUntil = async (deadlineMs: number): Promise<void> => {
    while (!isOn()) {
      const leftMs = deadlineMs - clock.monotonicMs()
      if (leftMs <= 0) return
      await stream.arrival(signal, leftMs, towards)
    }
  }
  await waitUntil(clock.monotonicMs() + nudgeAfterMs)
  while (!isOn()) {
    await session.nudge()
    await waitUntil(clock.monotonicMs() + nudgeEveryMs)
  }
}

/**
 * Asks for every row that is live again: after a TRUNCATE, of which the stream says nothing row by row, and after a
 * repeated backfill, which has not seen what is gone.
 */
export async function sweepLive(
  { session, snapshot, writer, pace }: Pick<EpochDeps, 'session' | 'snapshot' | 'writer' | 'pace'>,
  place: number,
): Promise<void> {
  const schema = session.schemas[place]
  if (schema === undefined) return
  let after: string | undefined
  do {
    const keys = writer.liveAfter(schema.id, after, sweepKeys)
    after = keys.length < sweepKeys ? undefined : keys.at(-1)
    await settleOrphans({ snapshot, writer, pace, schemas: session.schemas }, place, schema, keys)
  } while (after !== undefined)
}
