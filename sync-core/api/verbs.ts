import { z } from 'zod'
import type { EngineCommands } from '../domain/commands.ts'
import { toOffset } from '../domain/offset.ts'

const place = z.int().min(0)

/** Which of a consumer's dead letters; all of them without any. */
const letters = {
  offset: place.optional(),
  sqlstate: z.string().optional(),
  constraint: z.string().optional(),
}

const replayed = z.strictObject({
  applied: z.int(),
  refused: z.int(),
  waiting: z.int(),
  reason: z.string().optional(),
})

/**
 * What an engine can be told, by the path of its POST: what goes in, what comes out, and which command that is. Both
 * ends parse what arrives with these.
 */
export const verbs = {
  pause: verb({
    input: z.strictObject({ consumer: z.string().min(1) }),
    output: z.strictObject({}),
    run: (commands, { consumer }) => commands.pauseConsumer(consumer),
  }),
  resume: verb({
    input: z.strictObject({ consumer: z.string().min(1) }),
    output: z.strictObject({}),
    run: (commands, { consumer }) => commands.resumeConsumer(consumer),
  }),
  replay: verb({
    input: z.union([
      z.strictObject({ consumer: z.string().min(1), key: z.string().min(1) }),
      z.strictObject({ consumer: z.string().min(1), from: place, to: place }),
    ]),
    output: replayed,
    run: (commands, input) =>
      commands.replay(
        input.consumer,
        'key' in input ? { key: input.key } : { from: toOffset(input.from), to: toOffset(input.to) },
      ),
  }),
  'start-over': verb({
    input: z.strictObject({ consumer: z.string().min(1) }),
    output: z.strictObject({}),
    run: (commands, { consumer }) => commands.startOver(consumer),
  }),
  'dead-letters/retry': verb({
    input: z.strictObject({ consumer: z.string().min(1), ...letters }),
    output: replayed,
    run: (commands, { consumer, ...deadLetters }) => commands.replay(consumer, { deadLetters }),
  }),
  'dead-letters/skip': verb({
    input: z.strictObject({ consumer: z.string().min(1), ...letters, reason: z.string().trim().min(1).max(10_000) }),
    output: z.strictObject({ skipped: z.int() }),
    run: async (commands, { consumer, reason, ...selection }) => ({
      skipped: await commands.skipDeadLetters(consumer, selection, reason),
    }),
  }),
  backfill: verb({
    input: z.strictObject({ schema: z.string().min(1) }),
    output: z.strictObject({}),
    run: (commands, { schema }) => commands.backfillAgain(schema),
  }),
  recover: verb({
    input: z.strictObject({ source: z.string().min(1) }),
    output: z.strictObject({}),
    run: (commands, { source }) => commands.recoverSource(source),
  }),
} as const

export type Verb = keyof typeof verbs
export type VerbInput<V extends Verb> = z.input<(typeof verbs)[V]['input']>
export type VerbOutput<V extends Verb> = z.output<(typeof verbs)[V]['output']>

export function isVerb(name: string): name is Verb {
  return Object.hasOwn(verbs, name)
}

/** What a command that failed is answered with. */
export const refusal = z.object({ message: z.string(), solution: z.string().optional() })
export type Refusal = z.infer<typeof refusal>

/** A command without an answer answers `{}`; nothing but what `output` knows gets out. */
function verb<Input extends z.ZodType, Output extends z.ZodType>(definition: {
  readonly input: Input
  readonly output: Output
  readonly run: (commands: EngineCommands, input: z.output<Input>) => Promise<unknown>
}) {
  return {
    input: definition.input,
    output: definition.output,
    async answer(commands: EngineCommands, given: unknown): Promise<z.output<Output>> {
      const result = await definition.run(commands, definition.input.parse(given))
      return definition.output.parse(result ?? {})
    },
  }
}
