/** 1-based; columns count UTF-16 units, as editors do. */
export interface TextPlace {
  readonly line: number
  readonly column: number
}

/** The place of a 0-based offset. A line ends with LF, CR LF or CR. */
export function placeAt(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset)
  const lines = before.split(/\r\n|\n|\r/)
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}

/** The 0-based offset of a place; the text's end where it has no such line. */
export function offsetAt(text: string, { line, column }: TextPlace): number {
  let start = 0
  for (let at = 1; at < line; at++) {
    const end = /\r\n|\n|\r/g
    end.lastIndex = start
    if (end.exec(text) === null) return text.length
    start = end.lastIndex
  }
  return start + column - 1
}

/**
 * The 0-based offset in JSON text of a 1-based position in the string that is written from `quote` on: `\n` is one
 * character of the string and two of the text, `\u0041` six.
 */
export function offsetInString(text: string, quote: number, position: number): number {
  let at = quote + 1
  for (let seen = 1; seen < position && text[at] !== '"'; seen++) {
    at += text[at] !== '\\' ? 1 : text[at + 1] === 'u' ? 6 : 2
  }
  return at
}
