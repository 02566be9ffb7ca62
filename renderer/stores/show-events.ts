import { quoteValue } from '../text/filter-language.ts'
import type { LayoutStore } from './layout-store.ts'

/** Shows the events of a public schema, by its name, on their own screen. */
export function showEventsOf(layout: LayoutStore, schema: string): void {
  layout.change({ eventFilter: `schema:${quoteValue(schema)}` })
  layout.open('events')
}
