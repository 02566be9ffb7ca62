import type { EventFilter, EventRow } from '../domain/event-reader.ts'
import { openEventReader } from '../sqlite/open-event-reader.ts'
import type { TestWorkspace } from './engine.ts'

/** All events that are stored and match, the newest first. Beside a running engine or without one. */
export function storedEvents(
  { stateDir }: Pick<TestWorkspace, 'stateDir'>,
  filter: EventFilter = {},
): readonly EventRow[] {
  const reader = openEventReader({ stateDir })
  const rows: EventRow[] = []
  try {
    let before: number | undefined
    do {
      const page = reader.page({ filter, limit: 1_000, ...(before === undefined ? {} : { before }) })
      rows.push(...page.rows)
      before = page.more ? (page.rows.at(-1)?.offset ?? page.searchedTo) : page.searchedTo
    } while (before !== undefined)
    return rows
  } finally {
    reader.close()
  }
}
