import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'

const statusFile = z.object({
  status: z.object({
    at: z.number(),
    publicSchemas: z.array(z.object({ backfill: z.object({ state: z.string() }) })),
    consumers: z.array(z.object({ state: z.string(), head: z.number(), pending: z.number(), held: z.number() })),
  }),
})

async function readStatus(stateDir: string): Promise<z.infer<typeof statusFile>['status'] | undefined> {
  const text = await readFile(join(stateDir, 'status.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : statusFile.parse(JSON.parse(text)).status
}

/**
 * Waits until the engine's status says for the first time that all public schemas are copied. Returns the event store's
 * head of that moment, in which everything is; before it no destination can be whole. `undefined`: aborted before.
 */
export async function firstWholeOffset(stateDir: string, signal: AbortSignal): Promise<number | undefined> {
  while (!signal.aborted) {
    const { publicSchemas, consumers } = (await readStatus(stateDir)) ?? { publicSchemas: [], consumers: [] }
    const copied = publicSchemas.length > 0 && publicSchemas.every(({ backfill }) => backfill.state === 'done')
    if (copied) return Math.max(...consumers.map(({ head }) => head))
    await pause(50)
  }
  return undefined
}

/** Whether the engine has said since that moment (ms since 1970) that every consumer streams and has everything. */
export async function isSettledSince(stateDir: string, moment: number): Promise<boolean> {
  const { at, consumers } = (await readStatus(stateDir)) ?? { at: 0, consumers: [] }
  const isSettled = consumers.every(({ state, pending, held }) => state === 'streaming' && pending === 0 && held === 0)
  return at > moment && isSettled
}
