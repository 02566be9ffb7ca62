import { type JsonValue, parseJson } from './lossless-json.ts'

export interface ColumnChange {
  readonly column: string
  /** `undefined`: the row was not there. */
  readonly before: JsonValue | undefined
  readonly after: JsonValue | undefined
  readonly changed: boolean
}

/**
 * Compares two payloads column by column, by their text: the database made both, so equal values have equal text. Columns
 * in the order of the newer row. Empty when neither is a JSON object.
 */
export function changedColumns(before: string | undefined, after: string | undefined): ColumnChange[] {
  const old = columnsOf(before)
  const now = columnsOf(after)
  const names = [...new Set([...now.keys(), ...old.keys()])]
  return names.map((column) => {
    const was = old.get(column)
    const is = now.get(column)
    return { column, before: was, after: is, changed: was?.raw !== is?.raw }
  })
}

function columnsOf(payload: string | undefined): ReadonlyMap<string, JsonValue> {
  const parsed = payload === undefined ? undefined : parseJson(payload)
  return new Map(parsed?.type === 'object' ? parsed.members.map(({ name, value }) => [name, value]) : [])
}
