import { z } from 'zod'
import { failureView, progress } from '../contract/contract.ts'

/** What main and the sample's process say to each other over the process border; both parse what arrives. */
export const mainToSample = z.discriminatedUnion('type', [
  /** Starts both databases and the writer; `fresh` deletes what was there before. */
  z.object({
    type: z.literal('start'),
    folder: z.string().min(1),
    templateFolder: z.string().min(1),
    fresh: z.boolean(),
  }),
  z.object({ type: z.literal('pauseWriter') }),
  z.object({ type: z.literal('resumeWriter') }),
  /** Stops the writer, then the databases, then the process. */
  z.object({ type: z.literal('stop') }),
])
export type MainToSample = z.infer<typeof mainToSample>

export const sampleToMain = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step'), progress }),
  z.object({
    type: z.literal('ready'),
    manifestPath: z.string(),
    /** Of its event store; goes with a reset. */
    stateDir: z.string(),
    /** Passwords of the two databases, made anew at each reset. */
    secrets: z.record(z.string(), z.string()),
    rate: z.number(),
  }),
  z.object({ type: z.literal('writer'), state: z.enum(['running', 'paused']) }),
  z.object({ type: z.literal('failed'), failure: failureView }),
  z.object({ type: z.literal('log'), level: z.enum(['info', 'warn', 'error']), message: z.string() }),
])
export type SampleToMain = z.infer<typeof sampleToMain>
