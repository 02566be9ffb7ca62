import { join } from 'node:path'
import type { Clock } from './domain/clock.ts'
import type { EngineCommands } from './domain/commands.ts'
import type { EventStore } from './domain/event-store.ts'
import type { Failure } from './domain/failure.ts'
import type { Log } from './domain/log.ts'
import { type ConsumerDefinition, eventsTakenBy, type Pipeline, type SourceDefinition } from './domain/manifest.ts'
import { type Offset, zeroOffset } from './domain/offset.ts'
import type { WalStatus } from './domain/status.ts'
import { createPostgresDestination } from './postgres/create-postgres-destination.ts'
import { createPostgresSource } from './postgres/create-postgres-source.ts'
import { destinationId } from './replication/consumer-entry.ts'
import { createEngineCommands } from './replication/engine-commands.ts'
import { createHistoryKeeper, type HistoryKeeper, historyLimits } from './replication/keep-history.ts'
import { keepLane, type LaneKeeper } from './replication/keep-lane.ts'
import { keepSource, type SourceKeeper } from './replication/keep-source.ts'
import type { LaneConsumer } from './replication/lane.ts'
import { createRefusalLimit } from './replication/refusal-limit.ts'
import { createRowPace } from './replication/row-pace.ts'
import { runSource } from './replication/run-source.ts'
import { createSetAside } from './replication/set-aside.ts'
import { isSettled } from './replication/settled-destination.ts'
import type { StatusBoard } from './replication/status-board.ts'
import { createWake, type Wake } from './replication/wake.ts'
import { createWalGuard } from './replication/wal-guard.ts'
import { watchHaltedWal } from './replication/watch-source.ts'
import { sqlAnalyst } from './sql/sql-analyst.ts'

export interface EngineDeps {
  readonly pipeline: Pipeline
  readonly stateDir: string
  readonly clock: Clock
  readonly log: Log
  /** `false`: consumers start from now instead of with the rows that exist. */
  readonly backfill: boolean
  readonly store: EventStore
  readonly board: StatusBoard
  readonly signal: AbortSignal
}

/** A source and a lane for each that the manifests name, at work. */
export interface Engine {
  readonly board: StatusBoard
  readonly commands: Omit<EngineCommands, 'status'>
  finished: Promise<unknown>
}

/** Wires sources, lanes and what they share, and sets them going; they end once the signal aborts. */
export function runEngine(deps: EngineDeps): Engine {
  const { pipeline, store, board } = deps
  const history = keepHistory(deps)
  const wakes = new Map<string, Wake[]>()
  const keepers = new Map<string, LaneKeeper>()
  const lanes = laneGroups(pipeline.consumers).map((consumers) => {
    const wake = createWake()
    const [first] = consumers
    if (first === undefined) throw new Error('Cannot keep a lane: it has no consumers')
    wakes.set(first.sourceId, [...(wakes.get(first.sourceId) ?? []), wake])
    const keeper = keepConsumers(deps, consumers, first, wake)
    for (const consumer of consumers) keepers.set(consumer.id, keeper)
    return keeper.run(deps.signal)
  })
  const sourceKeepers = new Map(
    pipeline.sources.map((source) => [source.id, keepOneSource(deps, source, wakes.get(source.id) ?? [], history)]),
  )
  const sources = [...sourceKeepers].map(([id, keeper]) =>
    keeper.run(deps.signal).finally(() => {
      board.sourceGauge(id).state('stopped')
      deps.log.debug(`${id} has ended`)
    }),
  )
  return {
    board,
    commands: createEngineCommands({
      pipeline,
      store,
      clock: deps.clock,
      keepers,
      sourceKeepers,
      onReplayed: (consumer, events) => board.consumerGauge(consumer).applied(events, []),
    }),
    finished: Promise.allSettled([...lanes, ...sources]).finally(() => history.save()),
  }
}

function keepHistory({ pipeline, store, clock, log, board }: EngineDeps): HistoryKeeper {
  return createHistoryKeeper({
    store,
    clock,
    log,
    limits: historyLimits(pipeline.manifests),
    consumers: pipeline.consumers.map(({ id, sourceId }) => ({ id, source: sourceId })),
    positionOf: (consumer) => board.positionOf(consumer),
    onHeld: (consumers) => board.held(consumers),
  })
}

function keepOneSource(
  deps: EngineDeps,
  definition: SourceDefinition,
  wakes: readonly Wake[],
  history: HistoryKeeper,
): SourceKeeper {
  const { store, clock, board, backfill } = deps
  const { id } = definition
  const gauge = board.sourceGauge(id)
  const object = definition.connection.slug
  const source = createPostgresSource({
    definition,
    engine: store.history.uuid,
    analyst: sqlAnalyst,
    clock,
    spoolFolder: join(deps.stateDir, 'spool', encodeURIComponent(id)),
  })
  const runDeps = {
    id,
    object,
    source,
    store,
    clock,
    gauge,
    backfill,
    tendHistory: () => history.tend(id),
    pace: createRowPace(),
    walGuard: createWalGuard(definition.connection.walLimitBytes),
    onWalWarning: (retainedBytes: number, wal: WalStatus) =>
      deps.log.warn(
        `${object} holds ${megabytes(retainedBytes)} of WAL for its slot, of ${megabytes(wal.limitBytes)} at most; it is let go once what it holds is in the event store`,
      ),
    setAside: createSetAside(clock),
    onSchemaHalt: (schema: string, failure: Failure) => sayHalt(deps, schema, failure, undefined),
    onWaiting(failure: Failure, retryDelayMs: number) {
      gauge.waiting(failure, clock.now() + retryDelayMs)
      sayRetry(deps, object, failure, retryDelayMs)
    },
    wakeConsumers: () => {
      for (const wake of wakes) wake.wake()
    },
  }
  return keepSource({
    id,
    object,
    source,
    book: store.sources,
    clock,
    random: Math.random,
    follow: (signal) => runSource(runDeps, signal),
    whileHalted: (signal) => watchHaltedWal(runDeps, signal),
    onRetry(failure, retryDelayMs) {
      gauge.failed('retrying', failure, clock.now() + retryDelayMs)
      sayRetry(deps, object, failure, retryDelayMs)
    },
    onHalt(failure, error) {
      gauge.failed('halted', failure, undefined)
      sayHalt(deps, object, failure, error)
    },
  })
}

function keepConsumers(
  deps: EngineDeps,
  definitions: readonly ConsumerDefinition[],
  first: ConsumerDefinition,
  wake: Wake,
): LaneKeeper {
  const { store, clock, board } = deps
  const consumers = definitions.map((definition): LaneConsumer => {
    const { schema, publicSchema } = definition
    return {
      id: definition.id,
      schema: eventsTakenBy(definition),
      everyVersion: schema.everyVersion === true,
      gauge: board.consumerGauge(definition.id),
      deprecated: publicSchema.deprecated,
      begins: schema.start ?? 'everything',
      limit: createRefusalLimit(definition.id, schema),
      statements: () => ({
        consumer: definition.id,
        sql: schema.sql,
        deleteSql: schema.deleteSql,
        columns: publicSchema.columns.map((column) => ({ name: column.name, type: column.postgresType })),
      }),
    }
  })
  const neighbours = deps.pipeline.consumers
    .filter((other) => destinationId(other) === destinationId(first))
    .map((other) => ({ id: other.id, source: other.sourceId, schema: eventsTakenBy(other) }))
  const paused = consumers.filter((consumer) => store.consumers.read(consumer.id)?.paused)
  return keepLane(
    {
      source: first.sourceId,
      object: first.destination.slug,
      destination: createPostgresDestination({ connection: first.destination, analyst: sqlAnalyst }),
      store,
      clock,
      wake,
      random: Math.random,
      start: deps.backfill ? zeroOffset : store.head(first.sourceId),
      isSettled: () => isSettled(deps, neighbours),
      patienceMs: new Set(neighbours.map(({ source }) => source)).size > 1 ? severalSourcesMs : 0,
      onPosition: (consumer, offset) => deps.log.info(positionNote(deps, consumer, offset)),
      onRetry(consumer, failure, retryDelayMs) {
        consumer.gauge.failed('retrying', failure, clock.now() + retryDelayMs)
        sayRetry(deps, consumer.id, failure, retryDelayMs)
      },
      onHalt(consumer, failure, error) {
        consumer.gauge.failed('halted', failure, undefined)
        sayHalt(deps, consumer.id, failure, error)
      },
    },
    consumers,
    new Set(paused.map((consumer) => consumer.id)),
  )
}

/** Deletions are the one thing that history takes from those who get the last event of each row. */
function positionNote({ store }: EngineDeps, { id, schema, everyVersion }: LaneConsumer, offset: Offset): string {
  const begins = `${id} begins after event ${offset}`
  const whole = store.retention.completeFrom(schema)
  if (everyVersion || offset >= whole) return begins
  return `${begins}; deletions up to event ${whole} are not kept any more: rows that went before it stay where they are there`
}

/** What one source committed before another may reach their destination after it, by as long as an epoch may take. */
const severalSourcesMs = 5_000

/** A lane is a source and a destination. */
function laneGroups(consumers: readonly ConsumerDefinition[]): readonly ConsumerDefinition[][] {
  const groups = Map.groupBy(consumers, (consumer) => `${consumer.sourceId}\n${destinationId(consumer)}`)
  return [...groups.values()]
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000)} MB`
}

function sayRetry({ board, log }: EngineDeps, object: string, failure: Failure, inMs: number): void {
  log.warn(`${failure.message}; next try in ${inMs} ms`)
  board.happen({ event: 'retrying', object, kind: failure.kind, inMs, message: failure.message })
}

function sayHalt({ board, log }: EngineDeps, object: string, failure: Failure, error: unknown): void {
  log.error(`${failure.message}. ${failure.solution}`, failure.kind === 'bug' ? error : undefined)
  const { kind, solution, message } = failure
  board.happen({ event: 'halted', object, kind, solution, message })
}
