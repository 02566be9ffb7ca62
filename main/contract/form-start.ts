import { z } from 'zod'
import { type ConsumerStart, isPosition, isStoreUuid, readInstant } from '../../sync-core/domain/consumer-start.ts'

/** Where a consumer begins, as it stands in an editor: a position is text there, and may not be whole yet. */
export const formStart = z.union([
  z.enum(['everything', 'now']),
  z.object({ since: z.string().max(60) }),
  z.object({ after: z.string().max(20), store: z.string().max(60) }),
])
export type FormStart = z.infer<typeof formStart>

export type ReadStart =
  | { readonly ok: true; readonly start: ConsumerStart }
  | { readonly ok: false; readonly message: string; readonly solution: string }

/** Reads what a form says as the settings will; what is wrong follows the field. Pure. */
export function readFormStart(start: FormStart): ReadStart {
  if (typeof start === 'string') return { ok: true, start }
  if ('since' in start) {
    if (readInstant(start.since) !== undefined) return { ok: true, start: { since: start.since } }
    return { ok: false, message: 'It does not say since when it begins', solution: 'Choose a day and a time.' }
  }
  const after = start.after.trim()
  if (!/^[0-9]{1,15}$/.test(after)) {
    const solution = 'An event’s position is a whole number, as its details show it.'
    return { ok: false, message: 'It does not say after which event it begins', solution }
  }
  if (isStoreUuid(start.store)) return { ok: true, start: { after: Number(after), store: start.store } }
  return {
    ok: false,
    message: 'There is no event store yet whose event it could be',
    solution: 'Start the sync once, or name a time.',
  }
}

/** What settings say, as a form has it. Pure. */
export function formStartOf(start: ConsumerStart = 'everything'): FormStart {
  if (!isPosition(start)) return start
  return 'since' in start ? { since: start.since } : { after: String(start.after), store: start.store }
}
