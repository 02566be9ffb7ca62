import type { EventEmitter } from 'node:events'
import type pg from 'pg'
import { LogicalReplicationService, PgoutputPlugin } from 'pg-logical-replication'
import type { Clock } from '../domain/clock.ts'
import type { PostgresConnection } from '../domain/connection.ts'
import { FailureError } from '../domain/failure.ts'
import { formatLsn, type Lsn, lsnFromHalves, maxLsn, toLsn, zeroLsn } from '../domain/lsn.ts'
import type { ChangeStream } from '../domain/source.ts'
import type { ChangeListener, TransactionBegin, TransactionPart } from '../domain/source-transaction.ts'
import { classifyFailure } from './classify-failure.ts'
import { decodePgoutput, type RelationMessage } from './decode-pgoutput.ts'
import { clientConfig, destroySocket } from './session.ts'

/** Parts that may wait before the server has to. */
const highWater = 10_000
const lowWater = 4_000
const statusIntervalMs = 5_000
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
  readonly clock: Clock
  readonly slotName: string
  readonly publicationName: string
  readonly confirmed: Lsn
  /** Who listens to a table's changes, and which of its columns they need. Called once for each relation message. */
  interest(relation: RelationMessage): RelationInterest | undefined
}

export interface RelationInterest {
  readonly listeners: readonly ChangeListener[]
  readonly wanted: readonly boolean[]
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
  const service = new LogicalReplicationService(clientConfig(connection, 'replication', {}), {
    acknowledge: { auto: false, timeoutSeconds: 0 },
    flowControl: { enabled: false },
  })
  const interests = new Map<number, RelationInterest | undefined>()
  const tables = new Map<number, RelationMessage>()
  let parts: TransactionPart[] = []
  let next = 0
  let position = zeroLsn
  let confirmed = options.confirmed
  let rowChanges = 0
  // A transaction that changed nothing we follow, such as our own nudge, is nothing to make an epoch of.
  let unopened: TransactionBegin | undefined
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
    failure = new FailureError(classifyFailure(error, connection.slug), error)
    reject(failure)
    waiter?.reject(failure)
  }
  const announce = (): void => waiter?.resolve()
  const push = (part: TransactionPart): void => {
    if (unopened !== undefined) {
      parts.push(unopened)
      unopened = undefined
    }
    parts.push(part)
    announce()
    if (!paused && parts.length - next > highWater) {
      paused = true
      socket?.pause()
    }
  }

  const receive = (bytes: Buffer): void => {
    const message = decodePgoutput(bytes, (relationId) => interests.get(relationId)?.wanted)
    switch (message.type) {
      case 'change': {
        const listeners = interests.get(message.relationId)?.listeners
        if (listeners === undefined) break
        rowChanges += 1
        push({ type: 'change', listeners, old: message.old, new: message.new })
        break
      }
      case 'begin':
        unopened = { type: 'begin', xid: message.xid, commitLsn: message.commitLsn }
        break
      case 'commit':
        position = maxLsn(position, message.endLsn)
        if (unopened !== undefined) {
          unopened = undefined
          announce()
        } else push({ type: 'commit', commitLsn: message.commitLsn, endLsn: message.endLsn, receivedAt: clock.now() })
        break
      case 'relation':
        tables.set(message.relation.id, message.relation)
        interests.set(message.relation.id, options.interest(message.relation))
        break
      case 'truncate':
        push({
          type: 'truncate',
          tables: message.relationIds.map((id) => tables.get(id)?.table ?? 'a table'),
          listeners: message.relationIds.flatMap((id) => interests.get(id)?.listeners ?? []),
        })
        break
      case 'other':
        break
    }
  }

  const sendStatus = (askReply: boolean): void => {
    if (closed) return
    service.acknowledge(formatLsn(toLsn(Math.max(0, confirmed - 1))), askReply).catch(fail)
  }

  const receiveKeepalive = (bytes: Buffer): void => {
    position = maxLsn(position, lsnFromHalves(bytes.readUInt32BE(1), bytes.readUInt32BE(5)))
    if (bytes[17] === 1) {
      confirmationWanted = position > confirmed
      sendStatus(false)
    }
    announce()
  }
  const receiveCopyData = (bytes: Buffer): void => {
    heard = true
    try {
      if (bytes[0] === 0x77) receive(bytes.subarray(25))
      else if (bytes[0] === 0x6b) receiveKeepalive(bytes)
    } catch (error) {
      fail(error)
    }
  }
  service.on('error', fail)

  const plugin = new SlotPlugin(options.publicationName, receiveCopyData, (client) => {
    socket = socketOf(client)
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
    throw new FailureError(classifyFailure(error, connection.slug), error)
  }

  const statusTimer = setInterval(() => {
    sendStatus(true)
    // Nothing is heard while we do not listen, nor while the server decodes a huge transaction; only a server that
    // does not take our asking either is gone.
    if (heard || paused || parts.length > next) heardAt = clock.monotonicMs()
    heard = false
    if (clock.monotonicMs() - heardAt > silenceLimitMs) fail(new Error('Connection terminated by silence'))
  }, statusIntervalMs)

  return {
    get position() {
      return position
    },
    get confirmationWanted() {
      return confirmationWanted
    },
    get rowChanges() {
      return rowChanges
    },
    failed,
    peek: () => parts[next],
    take() {
      const part = parts[next]
      if (part === undefined) return undefined
      next += 1
      if (next === parts.length) {
        parts = []
        next = 0
      } else if (next > 8_192) {
        parts = parts.slice(next)
        next = 0
      }
      if (paused && parts.length - next < lowWater) {
        paused = false
        socket?.resume()
      }
      return part
    },
    askPosition: () => sendStatus(true),
    arrival(signal, limitMs) {
      if (failure !== undefined) return Promise.reject(failure)
      if (next < parts.length || signal.aborted) return Promise.resolve()
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
      confirmationWanted = false
      sendStatus(false)
    },
    async close() {
      closed = true
      clearInterval(statusTimer)
      const client = plugin.client
      const giveUp = setTimeout(() => client && destroySocket(client), 1_000)
      await service.destroy().catch(() => {})
      clearTimeout(giveUp)
    },
  }
}

interface Waiter {
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

/**
 * pg-logical-replication connects, starts and answers; the messages themselves go past it. Its own listener makes a
 * string, a promise and two events of each, which was a tenth of the engine's work on a large transaction.
 */
class SlotPlugin extends PgoutputPlugin {
  client: pg.Client | undefined
  private readonly receive: (copyData: Buffer) => void
  private readonly onClient: (client: pg.Client) => void

  constructor(publicationName: string, receive: (copyData: Buffer) => void, onClient: (client: pg.Client) => void) {
    super({ protoVersion: 1, publicationNames: [publicationName], messages: true })
    this.receive = receive
    this.onClient = onClient
  }

  override start(client: pg.Client, slotName: string, lastLsn: string): Promise<unknown> {
    this.client = client
    this.onClient(client)
    const { connection } = client as unknown as { connection: EventEmitter }
    connection.removeAllListeners('copyData')
    connection.on('copyData', ({ chunk }: { chunk: Buffer }) => this.receive(chunk))
    return super.start(client, slotName, lastLsn)
  }
}
