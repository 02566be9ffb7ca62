import type { EngineCommands } from '../domain/commands.ts'
import type { EventStore } from '../domain/event-store.ts'
import { FailureError } from '../domain/failure.ts'
import type { ConsumerDefinition, Pipeline } from '../domain/manifest.ts'
import { zeroOffset } from '../domain/offset.ts'
import { publicSchemaId } from '../domain/public-schema.ts'
import { repeatBackfill } from './backfill.ts'
import type { LaneKeeper } from './keep-lane.ts'
import type { SourceKeeper } from './keep-source.ts'

export interface CommandDeps {
  readonly pipeline: Pipeline
  readonly store: EventStore
  /** By consumer id. */
  readonly keepers: ReadonlyMap<string, LaneKeeper>
  /** By source id. */
  readonly sourceKeepers: ReadonlyMap<string, SourceKeeper>
}

/** What a running engine does when it is told to. */
export function createEngineCommands(deps: CommandDeps): Omit<EngineCommands, 'status'> {
  const { pipeline, store, keepers, sourceKeepers } = deps
  const consumerOf = (name: string): ConsumerDefinition => findConsumer(pipeline, name)
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
    async backfillAgain(name) {
      const schema = findSchema(pipeline, name)
      if (repeatBackfill(store.sources, schema) !== undefined) return
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

/** A command that cannot be done as things are; nothing was changed. */
export function refusal(object: string, message: string, solution: string): FailureError {
  return new FailureError({ kind: 'refused', policy: 'halt', object, message, solution })
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
