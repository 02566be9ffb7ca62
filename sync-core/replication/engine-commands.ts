import type { Clock } from '../domain/clock.ts'
import type { EngineCommands } from '../domain/commands.ts'
import type { EventStore } from '../domain/event-store.ts'
import type { FailureError } from '../domain/failure.ts'
import { type ConsumerDefinition, eventsTakenBy, type Pipeline } from '../domain/manifest.ts'
import { zeroOffset } from '../domain/offset.ts'
import { publicSchemaId, versionsId } from '../domain/public-schema.ts'
import { repeatBackfill } from './backfill.ts'
import type { LaneKeeper } from './keep-lane.ts'
import type { SourceKeeper } from './keep-source.ts'
import { refusal } from './refusal.ts'
import { replayKeys } from './replay-keys.ts'
import { mostKeys, selectKeys } from './select-keys.ts'

export interface CommandDeps {
  readonly pipeline: Pipeline
  readonly store: EventStore
  readonly clock: Clock
  /** Events that were applied once more. */
  readonly onReplayed: (consumer: string, events: number) => void
  /** By consumer id. */
  readonly keepers: ReadonlyMap<string, LaneKeeper>
  /** By source id. */
  readonly sourceKeepers: ReadonlyMap<string, SourceKeeper>
}

/** What a running engine does when it is told to. */
export function createEngineCommands(deps: CommandDeps): Omit<EngineCommands, 'status'> {
  const { pipeline, store, clock, keepers, sourceKeepers } = deps
  const consumerOf = (name: string): ConsumerDefinition => findConsumer(pipeline, name)
  const keeperOf = (id: string): LaneKeeper => {
    const keeper = keepers.get(id)
    if (keeper === undefined) throw new Error(`Cannot find the lane of ${id}`)
    return keeper
  }
  const remember = (consumer: string, paused: boolean): void => {
    store.consumers.save({ offset: zeroOffset, ...store.consumers.read(consumer), consumer, paused })
  }
  return {
    async pauseConsumer(name) {
      const { id } = consumerOf(name)
      remember(id, true)
      keepers.get(id)?.pause(id)
    },
    async resumeConsumer(name) {
      const { id } = consumerOf(name)
      remember(id, false)
      keepers.get(id)?.resume(id)
    },
    async replay(name, selection) {
      const definition = consumerOf(name)
      const { id } = definition
      const everyVersion = definition.schema.everyVersion === true
      const consumer = { id, schema: eventsTakenBy(definition), everyVersion }
      const onApplied = (events: number): void => deps.onReplayed(id, events)
      return keeperOf(id).order(id, async ({ session, offset }) => {
        const keys = await selectKeys({ store, clock }, consumer, selection, offset)
        if (keys === undefined) throw tooMuch(id)
        return replayKeys({ store, session, consumer, offset, now: () => clock.now(), onApplied }, keys)
      })
    },
    async startOver(name) {
      const { id } = consumerOf(name)
      await keeperOf(id).startOver(id)
    },
    async skipDeadLetters(name, selection, reason) {
      const { id, schema } = consumerOf(name)
      const letters = store.deadLetters.select(id, selection, zeroOffset, mostKeys)
      const offsets = letters.map(({ offset }) => offset)
      // Before its dead letter goes, behind which it waits: what is free is tried. Those behind it are free then, in order.
      if (schema.everyVersion === true) store.held.release(id, offsets)
      store.deadLetters.skip(id, offsets, reason, clock.now())
      deps.onReplayed(id, 0)
      return offsets.length
    },
    async backfillAgain(name) {
      const schema = findSchema(pipeline, name)
      const known = repeatBackfill(store.sources, schema)
      repeatBackfill(store.sources, versionsId(schema))
      if (known !== undefined) return
      throw refusal(
        schema,
        `Cannot copy ${schema} again: its first copy has not begun`,
        'Wait until its source has been reached; the first copy begins by itself.',
      )
    },
    async recoverSource(name) {
      await sourceKeepers.get(findSource(pipeline, name))?.recover()
    },
  }
}

function tooMuch(consumer: string): FailureError {
  return refusal(
    consumer,
    `Cannot replay that for ${consumer}: it is more than ${mostKeys} rows`,
    'Choose less, or let the consumer start over.',
  )
}

function findConsumer({ consumers }: Pipeline, name: string): ConsumerDefinition {
  const found = consumers.filter(({ id, schema }) => id === name || schema.name === name)
  const [one, another] = found
  if (one !== undefined && another === undefined) return one
  const state = one === undefined ? 'no consumer is called that' : 'several consumers are called that'
  throw refusal(name, `Cannot find consumer ${name}: ${state}`, `Name one of ${list(consumers.map(({ id }) => id))}.`)
}

function findSchema({ sources }: Pipeline, name: string): string {
  const schemas = sources.flatMap(({ publicSchemas }) => publicSchemas)
  const found = schemas.filter((schema) => publicSchemaId(schema) === name || schema.name === name)
  const [one, another] = found.map(publicSchemaId)
  if (one !== undefined && another === undefined) return one
  const state = one === undefined ? 'this engine publishes none of that name' : 'several are called that'
  throw refusal(
    name,
    `Cannot find public schema ${name}: ${state}`,
    `Name one of ${list(schemas.map(publicSchemaId))}.`,
  )
}

function findSource({ sources }: Pipeline, name: string): string {
  const found = sources.filter(({ id, connection }) => id === name || connection.slug === name)
  const [one, another] = found.map(({ id }) => id)
  if (one !== undefined && another === undefined) return one
  const state = one === undefined ? 'this engine follows none of that name' : 'several are called that'
  throw refusal(name, `Cannot find source ${name}: ${state}`, `Name one of ${list(sources.map(({ id }) => id))}.`)
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none: there are none' : names.join(', ')
}
