import type { ConsumerView, EngineState, WorkspaceView } from '../../main/contract/contract.ts'
import type { Failure } from '../../sync-core/domain/failure.ts'
import type { ConsumerStatus, EngineStatus, PublicSchemaStatus, SourceStatus } from '../../sync-core/domain/status.ts'

export type Glyph = 'ok' | 'retrying' | 'failed' | 'paused' | 'running' | 'waiting' | 'backfilling'

/** What is said of an object: always a shape and a word, and for a person who can do something, why. */
export interface ObjectState {
  readonly glyph: Glyph
  readonly word: string
  /** Absent when there are none. */
  readonly deadLetters?: number
  /** 0 to 1, while a backfill runs and its size is known. */
  readonly progress?: number
  readonly failure?: Failure
  /** ms since 1970 */
  readonly retryAt?: number
}

const stopped: ObjectState = { glyph: 'waiting', word: 'Stopped' }
/** Of another team, which runs it. */
const elsewhere: ObjectState = { glyph: 'waiting', word: 'Other team' }
const starting: ObjectState = { glyph: 'running', word: 'Starting' }

/** What to say of an object that no status names. */
export function withoutStatus(engine: EngineState['state']): ObjectState {
  return engine === 'starting' || engine === 'restarting' || engine === 'running' ? starting : stopped
}

const sourceWords: Readonly<Record<SourceStatus['state'], ObjectState>> = {
  starting,
  connecting: { glyph: 'running', word: 'Connecting' },
  backfilling: { glyph: 'backfilling', word: 'Backfilling' },
  'catching-up': { glyph: 'running', word: 'Catching up' },
  streaming: { glyph: 'ok', word: 'Streaming' },
  retrying: { glyph: 'retrying', word: 'Retrying' },
  halted: { glyph: 'failed', word: 'Halted' },
  stopped,
}

const consumerWords: Readonly<Record<ConsumerStatus['state'], ObjectState>> = {
  starting,
  connecting: { glyph: 'running', word: 'Connecting' },
  'catching-up': { glyph: 'running', word: 'Catching up' },
  streaming: { glyph: 'ok', word: 'Streaming' },
  paused: { glyph: 'paused', word: 'Paused' },
  retrying: { glyph: 'retrying', word: 'Retrying' },
  halted: { glyph: 'failed', word: 'Halted' },
  stopped,
}

export function consumerState(status: ConsumerStatus): ObjectState {
  const base = withCause(consumerWords[status.state], status)
  const healthy = status.state === 'streaming' || status.state === 'catching-up'
  if (!healthy || status.deadLetters === 0) return base
  return {
    ...base,
    glyph: 'failed',
    word: status.deadLetters === 1 ? '1 dead letter' : `${status.deadLetters} dead letters`,
    deadLetters: status.deadLetters,
  }
}

export function sourceState(status: SourceStatus): ObjectState {
  const base = withCause(sourceWords[status.state], status)
  return status.state === 'streaming' ? { ...base, word: 'Live' } : base
}

/** A public schema does what its source does, but fills by itself. */
export function publicSchemaState(schema: PublicSchemaStatus, source: SourceStatus | undefined): ObjectState {
  const { state, rowsDone, rowsEstimated } = schema.backfill
  if (source !== undefined && source.state !== 'streaming' && source.state !== 'backfilling')
    return withCause(sourceWords[source.state], source)
  // It will be copied again once it is mended; until then that copy does not move.
  if (schema.failure !== undefined) return { ...sourceWords.halted, failure: schema.failure }
  if (state === 'running') {
    const known = rowsEstimated > 0 ? { progress: Math.min(1, rowsDone / rowsEstimated) } : {}
    return { ...sourceWords.backfilling, ...known }
  }
  if (state === 'waiting') return { glyph: 'waiting', word: 'Waiting to fill' }
  return source === undefined ? starting : sourceWords.streaming
}

/** Of a database that is only written to: what those who write to it say. */
export function destinationState(consumers: readonly ConsumerStatus[]): ObjectState {
  const worst =
    consumers.find(({ state }) => state === 'streaming' || state === 'catching-up') ??
    consumers.find(({ state }) => state === 'halted') ??
    consumers.find(({ state }) => state === 'retrying') ??
    consumers[0]
  if (worst === undefined) return { glyph: 'waiting', word: 'Not used' }
  const { word, ...state } = withCause(consumerWords[worst.state], worst)
  return {
    ...state,
    word: worst.state === 'streaming' || worst.state === 'catching-up' ? 'Live' : word,
    glyph: worst.state === 'catching-up' ? 'ok' : state.glyph,
  }
}

export interface Picture {
  readonly workspace: WorkspaceView
  readonly engine: EngineState['state']
  readonly status: EngineStatus | undefined
}

/** States of everything in the workspace, by `connection:<id>`, `schema:<id>`, `consumer:<id>`. */
export function statesOf({ workspace, engine, status }: Picture): ReadonlyMap<string, ObjectState> {
  const live = engine === 'running' || engine === 'starting' || engine === 'stopping' ? status : undefined
  const without = withoutStatus(engine)
  const sources = new Map(live?.sources.map((each) => [each.id, each]))
  const schemas = new Map(live?.publicSchemas.map((each) => [each.id, each]))
  const consumers = new Map(live?.consumers.map((each) => [each.id, each]))
  const states = new Map<string, ObjectState>()
  for (const connection of workspace.connections) {
    const source = sources.get(connection.id)
    const writing = [...consumers.values()].filter(({ destination }) => destination === connection.id)
    states.set(`connection:${connection.id}`, connectionStateOf(connection.role, source, writing, without))
  }
  for (const schema of workspace.publicSchemas) {
    const one = schemas.get(schema.id)
    states.set(`schema:${schema.id}`, one === undefined ? without : publicSchemaState(one, sources.get(schema.source)))
  }
  for (const { id } of workspace.consumers) {
    const one = consumers.get(id)
    states.set(`consumer:${id}`, one === undefined ? without : consumerState(one))
  }
  for (const { connections, publicSchemas, consumers: theirs } of workspace.teams) {
    for (const { id } of connections) states.set(`connection:${id}`, elsewhere)
    for (const { id } of publicSchemas) states.set(`schema:${id}`, elsewhere)
    for (const { id } of theirs) states.set(`consumer:${id}`, elsewhere)
  }
  return states
}

function connectionStateOf(
  role: WorkspaceView['connections'][number]['role'],
  source: SourceStatus | undefined,
  writing: readonly ConsumerStatus[],
  without: ObjectState,
): ObjectState {
  if (role === 'unused') return { glyph: 'waiting', word: 'Not used' }
  if (source !== undefined) return sourceState(source)
  return writing.length > 0 ? destinationState(writing) : without
}

/** Age of what is not there yet, or, when all is there, how long the last took. ms */
export function consumerLagMs(status: ConsumerStatus): number | undefined {
  if (status.state !== 'streaming' && status.state !== 'catching-up') return undefined
  return Math.max(status.lagMs, status.latencyMs ?? 0)
}

/** `publish-account v1`, as a consumer names what it reads. */
export function readsLabel(consumer: Pick<ConsumerView, 'publicSchema'>): string {
  const [name = consumer.publicSchema, major] = consumer.publicSchema
    .slice(consumer.publicSchema.lastIndexOf('/') + 1)
    .split('@')
  return major === undefined ? name : `${name} v${major}`
}

function withCause(
  state: ObjectState,
  { failure, retryAt }: { readonly failure: Failure | undefined; readonly retryAt: number | undefined },
): ObjectState {
  return {
    ...state,
    ...(failure === undefined ? {} : { failure }),
    ...(retryAt === undefined ? {} : { retryAt }),
  }
}
