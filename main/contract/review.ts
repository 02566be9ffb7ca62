import { z } from 'zod'

/** What is about to be written, as a person sees it before saying yes. */

/** Only files that change. Paths are from the workspace's folder, with `/`; `before` is absent for a new file, `after` for one that goes. */
export const reviewedFile = z.object({
  path: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
})
export type ReviewedFile = z.infer<typeof reviewedFile>

/** What else comes of it, in a sentence. */
export const effect = z.object({ severity: z.enum(['danger', 'warning', 'note']), sentence: z.string() })
export type Effect = z.infer<typeof effect>
