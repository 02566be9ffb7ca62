/**
 * What a consumer gets when it begins: every row that there is, only what changes from then on, or what has changed
 * since a position.
 */
export type ConsumerStart = 'everything' | 'now' | StartPosition

/**
 * A place in the event store, by what a person knows of it: an event, or a time. Behind it lies what has changed since:
 * of each public row key the last event, deletes too.
 */
export type StartPosition = EventPosition | TimePosition

/** Behind the event with that offset. Offsets mean nothing in another event store, so that its uuid stands with it. */
export interface EventPosition {
  readonly after: number
  readonly store: string
}

/** Behind everything that reached the engine before that time: ISO 8601 with its zone, `2026-11-21T09:30:00Z`. */
export interface TimePosition {
  readonly since: string
}

export function isPosition(start: ConsumerStart | undefined): start is StartPosition {
  return typeof start === 'object'
}

/** `after event 14203`, `since 2026-11-21T09:30:00Z`: follows what begins there. */
export function positionWords(position: StartPosition): string {
  return 'since' in position ? `since ${position.since}` : `after event ${position.after}`
}

/** `with everything`, `now`, `since 2026-11-21T09:30:00Z`: follows what begins so. */
export function startWords(start: ConsumerStart): string {
  if (isPosition(start)) return positionWords(start)
  return start === 'now' ? start : `with ${start}`
}

const isoTime = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

/** The moment that a time with its zone names, ms since 1970; `undefined` for any other text, and for days that no month has. */
export function readInstant(text: string): number | undefined {
  const [, year, month, day] = isoTime.exec(text) ?? []
  if (day === undefined || Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) {
    return undefined
  }
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Whether a text can be the uuid of an event store. */
export function isStoreUuid(text: string): boolean {
  return uuid.test(text)
}
