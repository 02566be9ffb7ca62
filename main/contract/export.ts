import { z } from 'zod'

/** Contracts for those who do not share the repository. The folder is chosen in the system's dialog, never by the page. */
const exportPlan = z.object({
  folder: z.string(),
  files: z.array(z.object({ path: z.string(), state: z.enum(['new', 'replaces', 'same']) })).readonly(),
  /** A sentence each. */
  notes: z.array(z.string()).readonly(),
})
export type ExportPlanView = z.infer<typeof exportPlan>

const nothing = z.undefined()

export const exportVerbs = {
  /** Asks for a folder and says what would be written there; writes nothing. Without a plan when the person cancelled. */
  'export.choose': { input: nothing, output: z.object({ plan: exportPlan.optional() }) },
  /** Writes what the last answer has shown. */
  'export.write': { input: nothing, output: nothing },
  /** Puts the manifest on the clipboard, its passwords as variables. */
  'export.copyManifest': { input: nothing, output: z.object({ notes: z.array(z.string()).readonly() }) },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>
