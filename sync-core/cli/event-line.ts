import type { EventRow } from '../domain/event-reader.ts'

const columns = (offset: string, at: string, operation: string, schema: string, key: string, changed: string): string =>
  `${offset.padStart(10)}  ${at.padEnd(23)}  ${operation.padEnd(9)}  ${schema}  ${key}  ${changed}`.trimEnd()

export const eventHead = `${columns('OFFSET', 'RECEIVED (UTC)', 'OPERATION', 'SCHEMA', 'KEY', 'CHANGED')}\n`

/** A line for a person; with `payload` a second one. Rows come one by one, so that columns cannot wait for the widest. */
export function eventText(row: EventRow, payload: string | undefined): string {
  const at = new Date(row.receivedAt).toISOString().replace('T', ' ').replace('Z', '')
  const line = columns(String(row.offset), at, row.operation, row.schema, row.key, row.changed.join(', '))
  return payload === undefined ? `${line}\n` : `${line}\n${' '.repeat(12)}${payload}\n`
}

/** A line of JSON; `store` is what an offset means something in. The payload stands in it as the database wrote it: nothing has rounded its numbers. */
export function eventJson(row: EventRow, payload: string | undefined, store: string): string {
  const { offset, schema, operation, key, changed, size, epoch, kind } = row
  const time = new Date(row.receivedAt).toISOString()
  const json = JSON.stringify({ offset, time, schema, operation, key, changed, size, epoch, kind, store })
  return payload === undefined ? `${json}\n` : `${json.slice(0, -1)},"payload":${payload}}\n`
}
