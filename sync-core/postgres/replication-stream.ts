import type { EventEmitter } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import type pg from 'pg'
import { LogicalReplicationService, PgoutputPlugin } from 'pg-logical-replication'
import type { Clock } from '../domain/clock.ts'
import type { PostgresConnection } from '../domain/connection.ts'
import { FailureError } from '../domain/failure.ts'
import { formatLsn, type Lsn, lsnFromHalves, maxLsn, toLsn, zeroLsn } from '../domain/lsn.ts'
import type { ChangeStream } from '../domain/source.ts'
import { assembleTransactions } from './assemble-transactions.ts'
import { classifyStreamFailure } from './classify-stream-failure.ts'
import type { RelationMessage } from './decode-pgoutput.ts'
import type { RelationInterest } from './followed-relation.ts'
import type { HistoryCheck } from './history-check.ts'
import { createPartQueue } from './part-queue.ts'
import { quoteIdentifier, quoteLiteral } from './quote.ts'
import { clientConfig, destroySocket } from './session.ts'

/**
 * A transaction larger than this is sent while it is open: its changes are read while it still grows, and the server
 * writes none of them to its own disk.
 */
const replicationSettings = { logical_decoding_work_mem: '8MB' }
/** Parts that may wait before the server has to. */
const highWater = 10_000
const lowWater = 4_000
const statusIntervalMs = 5_000
/** What is confirmed is said at most that often: each word wakes the server, and costs an epoch more than its row does. */
const confirmEveryMs = 20
const farLsn = toLsn(Number.MAX_SAFE_INTEGER)
/** A server that is silent for that long although it was asked is gone, whatever the socket says. */
const silenceLimitMs = 60_000

export interface ReplicationStream extends ChangeStream {
  /** Everything before `lsn` may be forgotten by the server. The only way by which a slot moves. */
  confirm(lsn: Lsn): void
  readonly failed: Promise<never>
  close(): Promise<void>
}

export interface StreamOptions {
  readonly connection: PostgresConnection
  /** What the server knows this connection as. */
  readonly purpose: string
  readonly clock: Clock
  readonly slotName: string
  readonly publicationName: string
  /** Where the slot is. */
  readonly confirmed: Lsn
  readonly history: HistoryCheck
  /** Of this slot alone; made when missing, and emptied. */
  readonly spoolFolder: string
  /** Values come in binary form where their types have one, for rows that are too large as text. */
  readonly binary: boolean
  /** Who listens to a table's changes; `undefined`: nobody. Called once for each relation message. */
  interest(relation: RelationMessage): RelationInterest | undefined
}

/**
 * Follows a slot: bytes become parts of transactions, which wait until they are taken. Past 10,000 waiting parts the
 * socket is not read any more, so that the server waits and memory stays flat.
 *
 * `acknowledge` of pg-logical-replication sends its argument + 1 as flushed, so one less is given here; its own timer
 * would confirm what was merely received and is off.
 */
export async function openReplicationStream(options: StreamOptions): Promise<ReplicationStream> {
  const { connection, clock } = options
  const service = new LogicalReplicationService(clientConfig(connection, options.purpose, replicationSettings), {
    acknowledge: { auto: false, timeoutSeconds: 0 },
    flowControl: { enabled: false },
  })
  // What a process that was killed has left means nothing: the server sends it again.
  rmSync(options.spoolFolder, { recursive: true, force: true })
  mkdirSync(options.spoolFolder, { recursive: true, mode: 0o700 })
  const queue = createPartQueue()
  const assembler = assembleTransactions({ ...options, queue })
  let position = zeroLsn
  let confirmed = options.confirmed
  let socket: Pausable | undefined
  let paused = false
  let confirmationWanted = false
  let closed = false
  let heard = false
  let heardAt = clock.monotonicMs()
  let waiter: Waiter | undefined
  let failure: FailureError | undefined
  let reject: (error: FailureError) => void = () => {}
  const failed = new Promise<never>((_, rejectFailed) => {
    reject = rejectFailed
  })
  failed.catch(() => {})

  const fail = (error: unknown): void => {
    if (closed || failure !== undefined) return
    failure = new FailureError(classifyStreamFailure(error, connection.slug, options.binary), error)
    reject(failure)
    waiter?.reject(failure)
  }
  /** The server says its position for each of its steps: whoever waits for rows is not woken by that. */
  const announce = (): void => {
    if (waiter === undefined) return
    if (queue.waiting > 0 || confirmationWanted || position >= waiter.lsn) waiter.resolve()
  }
  const receive = (message: Buffer): void => {
    assembler.receive(message)
    position = maxLsn(position, assembler.position)
    announce()
    if (!paused && queue.waiting > highWater) {
      paused = true
      socket?.pause()
    }
  }

  let confirmTimer: NodeJS.Timeout | undefined
  const sendStatus = (askReply: boolean): void => {
    clearTimeout(confirmTimer)
    confirmTimer = undefined
    if (closed) return
    service.acknowledge(formatLsn(toLsn(Math.max(0, confirmed - 1))), askReply).catch(fail)
  }

  const receiveKeepalive = (bytes: Buffer): void => {
    const reached = lsnFromHalves(bytes.readUInt32BE(1), bytes.readUInt32BE(5))
    options.history.reached(reached)
    position = maxLsn(position, reached)
    if (bytes[17] === 1) {
      confirmationWanted = position > confirmed
      sendStatus(false)
    }
    announce()
  }
  const receiveCopyData = (bytes: Buffer): void => {
    heard = true
    // What comes behind a message that could not be believed must not be believed either.
    if (failure !== undefined) return
    try {
      if (bytes[0] === 0x77) receive(bytes.subarray(25))
      else if (bytes[0] === 0x6b) receiveKeepalive(bytes)
    } catch (error) {
      fail(error)
    }
  }
  service.on('error', fail)

  const plugin = new SlotPlugin({
    ...options,
    receive: receiveCopyData,
    onClient(client) {
      socket = socketOf(client)
    },
  })
  const started = new Promise<void>((resolve) => service.once('start', () => resolve()))
  const ended = service.subscribe(plugin, options.slotName, formatLsn(options.confirmed)).then(
    () => fail(new Error('Connection terminated')),
    (error: unknown) => {
      fail(error)
      throw error
    },
  )
  ended.catch(() => {})
  try {
    await Promise.race([started, ended.then(() => Promise.reject(new Error('Connection terminated')))])
  } catch (error) {
    closed = true
    await service.destroy().catch(() => {})
    rmSync(options.spoolFolder, { recursive: true, force: true })
    throw new FailureError(classifyStreamFailure(error, connection.slug, options.binary), error)
  }

  const telling = new AbortController()
  const tellStatus = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(statusIntervalMs, telling.signal)
      if (telling.signal.aborted) return
      sendStatus(true)
      // Nothing is heard while we do not listen, nor while the server decodes a huge transaction; only a server that
      // does not take our asking either is gone.
      if (heard || paused || queue.waiting > 0) heardAt = clock.monotonicMs()
      heard = false
      if (clock.monotonicMs() - heardAt > silenceLimitMs) fail(new Error('Connection terminated by silence'))
    }
  }
  tellStatus().catch(fail)

  return {
    get position() {
      return position
    },
    get confirmationWanted() {
      return confirmationWanted
    },
    get rowChanges() {
      return assembler.rowChanges
    },
    failed,
    peek: queue.peek,
    take() {
      const part = queue.take()
      if (paused && queue.waiting < lowWater) {
        paused = false
        socket?.resume()
      }
      return part
    },
    arrival(signal, limitMs, lsn = farLsn) {
      if (failure !== undefined) return Promise.reject(failure)
      if (queue.waiting > 0 || position >= lsn || signal.aborted) return Promise.resolve()
      // Not a race against `failed`: each race would leave a reaction on that promise for as long as it lives.
      return new Promise<void>((resolve, rejectArrival) => {
        const forget = (): void => {
          waiter = undefined
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
        }
        const done = (): void => {
          forget()
          resolve()
        }
        waiter = {
          lsn,
          resolve: done,
          reject(error) {
            forget()
            rejectArrival(error)
          },
        }
        const timer = setTimeout(done, limitMs)
        signal.addEventListener('abort', done)
      })
    },
    confirm(lsn) {
      if (lsn <= confirmed) return
      confirmed = lsn
      if (confirmationWanted) sendStatus(false)
      else confirmTimer ??= setTimeout(() => sendStatus(false), confirmEveryMs)
      confirmationWanted = false
    },
    async close() {
      if (confirmTimer !== undefined) sendStatus(false)
      closed = true
      telling.abort()
      const client = plugin.client
      const giveUp = setTimeout(() => client && destroySocket(client), 1_000)
      await service.destroy().catch(() => {})
      clearTimeout(giveUp)
      rmSync(options.spoolFolder, { recursive: true, force: true })
    },
  }
}

interface Waiter {
  readonly lsn: Lsn
  resolve(): void
  reject(error: FailureError): void
}

interface Pausable {
  pause(): void
  resume(): void
}

function socketOf(client: pg.Client): Pausable | undefined {
  return (client as unknown as { connection?: { stream?: Pausable } }).connection?.stream
}

interface SlotSettings {
  readonly publicationName: string
  readonly binary: boolean
  receive(copyData: Buffer): void
  onClient(client: pg.Client): void
}

/**
 * pg-logical-replication connects and answers; the start, for which it has neither `streaming` nor `binary`, and the messages are our own.
 * Its listener makes a string, a promise and two events of each, which was a tenth of the engine's work on a large
 * transaction.
 */
class SlotPlugin extends PgoutputPlugin {
  client: pg.Client | undefined
  private readonly settings: SlotSettings

  constructor(settings: SlotSettings) {
    super({ protoVersion: 2, publicationNames: [settings.publicationName] })
    this.settings = settings
  }

  override start(client: pg.Client, slotName: string, lastLsn: string): Promise<unknown> {
    const { publicationName, binary, receive, onClient } = this.settings
    this.client = client
    onClient(client)
    const { connection } = client as unknown as { connection: EventEmitter }
    connection.removeAllListeners('copyData')
    connection.on('copyData', ({ chunk }: { chunk: Buffer }) => receive(chunk))
    const options = [
      `proto_version '2'`,
      `streaming 'on'`,
      `messages 'true'`,
      `binary '${binary}'`,
      `publication_names ${quoteLiteral(quoteIdentifier(publicationName))}`,
    ]
    return client.query(
      `START_REPLICATION SLOT ${quoteIdentifier(slotName)} LOGICAL ${lastLsn} (${options.join(', ')})`,
    )
  }
}
