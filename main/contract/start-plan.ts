import { z } from 'zod'

/** What starting the open workspace would change, against what its state folder knows and its servers say. */
export const plannedStep = z.object({
  action: z.enum(['add', 'change', 'remove', 'problem', 'unknown']),
  kind: z.enum(['source', 'public schema', 'consumer']),
  /** Its id. */
  object: z.string(),
  /** Follows the object: `copies about 400 rows`. */
  what: z.string(),
  /** Rows that a copy reads, where the server was asked. */
  rowsEstimated: z.number().optional(),
})
export type PlannedStepView = z.infer<typeof plannedStep>

export const startPlan = z.array(plannedStep).readonly()

export const startPlanVerbs = {
  /** Asks the servers, and changes nothing. Empty: a start changes nothing. */
  'engine.plan': { input: z.undefined(), output: startPlan },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>
