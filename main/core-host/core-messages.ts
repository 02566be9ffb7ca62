import { z } from 'zod'
import { boundPassword } from '../contract/bound-password.ts'
import { eventDetail, failureView, verbs } from '../contract/contract.ts'

/** What main and the sync core's process say to each other over the process border; both parse what arrives. */
export const mainToCore = z.discriminatedUnion('type', [
  /** First. Where the event store is; enough to read events. */
  z.object({ type: z.literal('open'), stateDir: z.string().min(1) }),
  z.object({
    type: z.literal('start'),
    manifestPaths: z.array(z.string().min(1)).min(1),
    /** Values for `${env:REJOT_…}`. They travel here and nowhere else: arguments and environments are readable by others. */
    secrets: z.record(z.string(), z.string()),
    /** Kept passwords, each only for the place that it is bound to, whatever the manifests say by then. */
    passwords: z.array(boundPassword),
  }),
  /** Ends the engine and then the process. */
  z.object({ type: z.literal('stop'), drainMs: z.number().min(0) }),
  /** With a MessagePort for the window, which replaces the former one. */
  z.object({ type: z.literal('port') }),
  z.object({
    type: z.literal('call'),
    id: z.number(),
    call: z.discriminatedUnion('name', [
      z.object({ name: z.literal('pauseConsumer'), consumer: z.string() }),
      z.object({ name: z.literal('resumeConsumer'), consumer: z.string() }),
      z.object({ name: z.literal('eventsPage'), request: verbs['events.page'].input }),
      z.object({ name: z.literal('eventDetail'), offset: z.number() }),
      z.object({ name: z.literal('eventsBehind'), question: verbs['events.behind'].input }),
      z.object({ name: z.literal('eventHistogram'), request: verbs['events.histogram'].input }),
    ]),
  }),
])
export type MainToCore = z.infer<typeof mainToCore>
export type CoreCall = Extract<MainToCore, { type: 'call' }>['call']
export type CoreCallName = CoreCall['name']

/** What each call is answered with. */
export const coreAnswers = {
  pauseConsumer: z.undefined(),
  resumeConsumer: z.undefined(),
  eventsPage: verbs['events.page'].output,
  eventDetail: eventDetail.optional(),
  eventsBehind: verbs['events.behind'].output,
  eventHistogram: verbs['events.histogram'].output,
} as const satisfies Record<CoreCallName, z.ZodType>
export type CoreAnswer<N extends CoreCallName> = z.infer<(typeof coreAnswers)[N]>

export const coreToMain = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('refused'), failure: failureView }),
  z.object({ type: z.literal('log'), level: z.enum(['info', 'warn', 'error']), message: z.string() }),
  z.object({ type: z.literal('answer'), id: z.number(), value: z.unknown() }),
  z.object({ type: z.literal('no'), id: z.number(), failure: failureView }),
])
export type CoreToMain = z.infer<typeof coreToMain>
