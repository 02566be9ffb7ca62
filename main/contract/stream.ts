import { z } from 'zod'
import type { EngineStatus } from '../../sync-core/domain/status.ts'
import { eventRow } from './contract.ts'

/**
 * What flows over the MessagePort between the sync core's process and the window, brokered by main, which never sees
 * it. Credited: the core sends a `tail` batch only while the window owes it none, so that a busy source cannot fill
 * the window's queue; what gathered meanwhile is counted in `skipped`.
 */
export const coreToWindow = z.discriminatedUnion('type', [
  /** Once a second. Made by our own core from one declaration; its insides are checked by the compiler, not again here. */
  z.object({
    type: z.literal('status'),
    status: z.custom<EngineStatus>(
      (value) => typeof value === 'object' && value !== null && 'sources' in value && 'consumers' in value,
    ),
  }),
  z.object({ type: z.literal('tail'), rows: z.array(eventRow).max(500), skipped: z.number(), head: z.number() }),
])
export type CoreToWindow = z.infer<typeof coreToWindow>

export const windowToCore = z.discriminatedUnion('type', [
  z.object({ type: z.literal('credit') }),
  /** Whether an Events view wants the tail. */
  z.object({ type: z.literal('tail'), on: z.boolean() }),
])
export type WindowToCore = z.infer<typeof windowToCore>

/** What the preload script puts on `window.rejot`; the whole of the window's reach. */
export interface Bridge {
  invoke(verb: string, input: unknown): Promise<unknown>
  on(push: string, listener: (value: unknown) => void): () => void
  /** Calls back with a port for each new core process; the former port is then dead. */
  onStream(listener: (port: MessagePort) => void): () => void
  readonly platform: string
}
