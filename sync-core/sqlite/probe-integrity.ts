import type { StoreConnection } from './store-connection.ts'
import { damagedStore } from './store-failure.ts'

/** Below this the whole file is checked at every open; it takes about a tenth of a second. */
const wholeCheckBytes = 32 * 1024 * 1024

/**
 * Looks for damage without reading gigabytes: a small file whole, of a large one the newest events and both ends of
 * each table. Throws a FailureError of kind `store`.
 */
export function probeIntegrity({ database, read }: StoreConnection): void {
  read(() => {
    const pages = Number(database.pragma('page_count', { simple: true }))
    const pageSize = Number(database.pragma('page_size', { simple: true }))
    if (pages * pageSize <= wholeCheckBytes) {
      const found = database.pragma('quick_check(1)', { simple: true })
      if (found !== 'ok') throw damagedStore('its file is damaged')
      return
    }
    for (const table of ['event', 'epoch', 'latest', 'epoch_schema', 'source_run', 'public_source']) {
      database.prepare(`select * from (select * from ${table} limit 100)`).all()
    }
    database
      .prepare('select max(length(payload)) from (select payload from event order by offset desc limit 1000)')
      .get()
    database.prepare('select * from epoch order by id desc limit 1000').all()
    const last = database
      .prepare<[], number | null>('select e.last_offset from epoch e order by e.last_offset desc limit 1')
      .pluck()
      .get()
    const stored = database.prepare<[number], number>('select 1 from event where offset = ?').pluck()
    if (typeof last === 'number' && stored.get(last) === undefined)
      throw damagedStore('its last epoch has lost its events')
  })
}
