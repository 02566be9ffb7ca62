import type { FailureView } from '../../../main/contract/contract.ts'
import type { Invoke } from '../../bridge/invoke.ts'

export interface StoredRow {
  readonly offset: number
  /** JSON, as the source made it. */
  readonly payload: string
}

const wantedRows = 12
const searchedEvents = 200

/** The rows that a public schema published last, newest first, each key once, without those whose last word is a delete. */
export async function readLastRows(
  invoke: Invoke,
  schema: string,
): Promise<
  { readonly ok: true; readonly rows: readonly StoredRow[] } | { readonly ok: false; readonly failure: FailureView }
> {
  const page = await invoke('events.page', { filter: { schemas: [schema] }, limit: searchedEvents })
  if (!page.ok) return page
  const seen = new Set<string>()
  const latest = page.value.rows.filter(({ key }) => !seen.has(key) && seen.add(key))
  const live = latest.filter(({ operation }) => operation !== 'delete').slice(0, wantedRows)
  const details = await Promise.all(live.map(({ offset }) => invoke('events.detail', { offset })))
  const failed = details.find((detail) => !detail.ok)
  if (failed !== undefined && !failed.ok) return failed
  return {
    ok: true,
    // One that went meanwhile is left out.
    rows: details.flatMap((detail) => (detail.ok && detail.value !== undefined ? [detail.value] : [])),
  }
}
