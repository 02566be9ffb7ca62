import { filterKeys, quoteValue } from '../../text/filter-language.ts'
import { formatCount } from '../../text/format-number.ts'

export interface Completion {
  /** What the draft becomes. */
  readonly draft: string
  readonly label: string
  readonly right: string
  /** Whether the token is whole with it. */
  readonly done: boolean
}

const about: Readonly<Record<(typeof filterKeys)[number], string>> = {
  schema: 'public schema',
  op: 'insert, update, delete',
  key: 'a value of the key',
  text: 'anywhere in the row',
  since: '10m, 2h, or a time',
  until: '10m, 2h, or a time',
}
const spans = ['1m', '10m', '1h', '1d']

/** What can follow what has been typed. `events` counts them since the engine started. */
export function completionsFor(
  draft: string,
  schemas: readonly { readonly name: string; readonly events: number | undefined }[],
): readonly Completion[] {
  const colon = draft.indexOf(':')
  if (colon < 0) {
    return filterKeys
      .filter((key) => key.startsWith(draft.toLowerCase()))
      .map((key) => ({ draft: `${key}:`, label: `${key}:`, right: about[key], done: false }))
  }
  const key = draft.slice(0, colon).toLowerCase()
  const rest = draft.slice(colon + 1)
  const comma = rest.lastIndexOf(',')
  const before = `${key}:${rest.slice(0, comma + 1)}`
  const begun = rest
    .slice(comma + 1)
    .replace(/"/g, '')
    .toLowerCase()
  const values = (all: readonly { readonly value: string; readonly right: string }[]): Completion[] =>
    all
      .filter(({ value }) => value.toLowerCase().includes(begun) && value.toLowerCase() !== begun)
      .map(({ value, right }) => ({ draft: `${before}${quoteValue(value)}`, label: value, right, done: true }))
  switch (key) {
    case 'schema': {
      const names = [...new Map(schemas.map((schema) => [schema.name, schema])).values()]
      return values(
        names.map(({ name, events }) => ({ value: name, right: events === undefined ? '' : formatCount(events) })),
      ).slice(0, 10)
    }
    case 'op':
      return values(['insert', 'update', 'delete'].map((value) => ({ value, right: '' })))
    case 'since':
    case 'until':
      return values(spans.map((value) => ({ value, right: 'ago' })))
    default:
      return []
  }
}
