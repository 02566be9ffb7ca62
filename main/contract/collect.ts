import { z } from 'zod'
import { effect, reviewedFile } from './review.ts'

/**
 * Definition files taken into the manifests. Looking runs nothing; programs are run once a person has seen their names
 * and said yes, and a yes is for the content that was there when they were named.
 */
const program = z.object({
  /** Absolute. */
  path: z.string().max(4_096),
  /** Of its content. */
  hash: z.string().max(200),
})

export const collectReview = z.object({
  /** Of what is shown; what is applied is that. */
  mark: z.string(),
  /** Manifests. Paths are from the folder of the one that is open. */
  files: z.array(reviewedFile),
  /** What each definition does to them, and what is odd about it, a sentence each. */
  effects: z.array(effect),
  /** Files that are programs, and whether they were run for this. */
  programs: z.array(program.extend({ shown: z.string(), ran: z.boolean() })),
  /** Apply is refused while there is one. `place`: `schemas/orders.sql:9:8`. */
  problems: z.array(z.object({ message: z.string(), place: z.string() })),
})
export type CollectReview = z.infer<typeof collectReview>

const nothing = z.undefined()

export const collectVerbs = {
  /** Reads SQL files, and runs those programs that `run` names. Writes nothing. */
  'definitions.look': { input: z.object({ run: z.array(program).max(1_000) }), output: collectReview },
  /** Ends what runs for the last look, which then answers. */
  'definitions.cancel': { input: nothing, output: nothing },
  /** Writes what the last look has shown. Refused where files were changed since. */
  'definitions.apply': { input: z.object({ reviewed: z.string().max(200) }), output: nothing },
  /** Takes the last Apply back; refused when the files were changed since. */
  'definitions.undo': { input: nothing, output: nothing },
} as const
