import type { HeaderLine } from './split-sections.ts'

/** `name: value` of a header, with the lines that go on with it. */
export interface HeaderField {
  readonly name: string
  /** '' when nothing stands behind the colon. */
  readonly value: string
  /** Offset of its name. */
  readonly offset: number
  /** The indented lines below it. */
  readonly lines: readonly HeaderLine[]
}

/** The fields of a header, and the lines that are none. */
export function readFields(header: readonly HeaderLine[]): {
  readonly fields: readonly HeaderField[]
  readonly strays: readonly HeaderLine[]
} {
  const fields: (HeaderField & { readonly lines: HeaderLine[] })[] = []
  const strays: HeaderLine[] = []
  for (const line of header) {
    const [, name, value] = /^([a-z][a-z ]*?)[ \t]*:[ \t]*(.*)$/s.exec(line.text) ?? []
    const above = fields.at(-1)
    if (line.text === '') continue
    if (line.indented && above !== undefined) above.lines.push(line)
    else if (name === undefined) strays.push(line)
    else fields.push({ name, value: value ?? '', offset: line.offset, lines: [] })
  }
  return { fields, strays }
}

/** A text over all lines of a field; `undefined` when it is empty. */
export function textOf({ value, lines }: HeaderField): string | undefined {
  const text = [value, ...lines.map((line) => line.text)].join('\n').trim()
  return text === '' ? undefined : text
}

/** Items between commas; one that holds a comma or a quote stands in quotes, as JSON writes it. */
export function listOf(field: HeaderField): readonly string[] | undefined {
  const text = textOf(field)?.replaceAll('\n', ' ')
  if (text === undefined) return undefined
  return [...text.matchAll(/\s*("(?:[^"\\]|\\.)*"|[^,]*)\s*(?:,|$)/g)]
    .map(([, item = '']) => unquote(item.trim()))
    .filter((item) => item !== '')
}

/** For a list, or the name of a column. */
export function quoteItem(item: string): string {
  return /^[^\s",{}]+(?: [^\s",{}]+)*$/.test(item) ? item : JSON.stringify(item)
}

/** The text that a JSON string stands for; what is none stays as it is. */
export function unquote(item: string): string {
  if (!item.startsWith('"')) return item
  try {
    const text: unknown = JSON.parse(item)
    return typeof text === 'string' ? text : item
  } catch {
    return item
  }
}
