import { z } from 'zod'
import { boundPassword } from '../contract/bound-password.ts'
import { problem } from '../contract/contract.ts'

/** Files as they would be, and what of an engine's start is of interest then. */
export const planQuestion = z.object({
  manifestPaths: z.array(z.string()).min(1),
  /** Absolute path and text; without one the file would be gone. */
  files: z.array(
    z.tuple([
      z.string(),
      z
        .string()
        .optional()
        .transform((text) => text),
    ]),
  ),
  /** They travel by message and nowhere else: arguments and environments are readable by others. */
  secrets: z.record(z.string(), z.string()),
  passwords: z.array(boundPassword),
  stateDir: z.string(),
  source: z.string().optional(),
  objects: z.array(z.string()),
})

export const plannedChange = z.object({
  steps: z
    .array(
      z.object({
        action: z.enum(['add', 'change', 'remove', 'problem', 'unknown']),
        kind: z.enum(['source', 'public schema', 'consumer']),
        object: z.string(),
        what: z.string(),
        rowsEstimated: z.number().optional(),
      }),
    )
    .readonly(),
  problems: z.array(problem).readonly(),
})
