import { z } from 'zod'

// Fields that questions and answers about schemas in the making share.

export const name = z.string().max(400)
export const text = z.string().max(1_000_000)
export const version = z.object({ major: z.number(), minor: z.number() })

/** May be missing, and is then there as `undefined`, as the engine's nouns have it. */
export function maybe<T extends z.ZodType>(schema: T) {
  return schema.optional().transform((value) => value)
}
