import type { Layout } from './print-json.ts'

/** How a JSON text is laid out, as far as it shows; else as ours are. */
export function detectLayout(text: string): Layout {
  return {
    indent: /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ',
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  }
}

/** The blanks that the line of an offset begins with. */
export function indentationAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
  return /^[ \t]*/.exec(line)?.[0] ?? ''
}
