import type { FailureView } from '../../../main/contract/contract.ts'
import type { DefineQuestion } from '../../../main/contract/define-questions.ts'
import type { Invoke } from '../../bridge/invoke.ts'

export type SampleEvents = DefineQuestion<'consumer.dryRun'>['events']

/** The last events of a public schema that are stored, the oldest first, as they would be applied. */
export async function readSampleEvents(
  invoke: Invoke,
  schema: string,
  count: number,
): Promise<
  { readonly ok: true; readonly events: SampleEvents } | { readonly ok: false; readonly failure: FailureView }
> {
  const page = await invoke('events.page', { filter: { schemas: [schema] }, limit: count })
  if (!page.ok) return page
  const details = await Promise.all(page.value.rows.map(({ offset }) => invoke('events.detail', { offset })))
  const failed = details.find((detail) => !detail.ok)
  if (failed !== undefined && !failed.ok) return failed
  // One that went meanwhile is left out.
  const found = details.flatMap((detail) => (detail.ok && detail.value !== undefined ? [detail.value] : []))
  return { ok: true, events: found.reverse().map(({ operation, key, payload }) => ({ operation, key, payload })) }
}
