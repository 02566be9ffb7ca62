import { tokens } from '../lexer.ts'

/** The word that is being written: what of it stands before the cursor, and where it stands. */
export interface Typed {
  readonly prefix: string
  readonly from: number
  readonly to: number
  /** It begins with a double quote. */
  readonly quoted: boolean
}

/** What is being written, `undefined` within a string, a comment or a number. */
export function typedAt(sql: string, offset: number): Typed | undefined {
  const before = sql.slice(0, offset)
  const last = [...tokens(before)].at(-1)
  const nothing = { prefix: '', from: offset, to: offset, quoted: false }
  if (last === undefined || last.kind === 'space') return nothing
  const text = before.slice(last.start)
  switch (last.kind) {
    case 'word':
      return {
        prefix: text,
        from: last.start,
        to: offset + (wordHere.exec(sql.slice(offset))?.[0].length ?? 0),
        quoted: false,
      }
    case 'quoted-name': {
      const isClosed = text.length > 1 && text.endsWith('"') && text.replaceAll('""', '').length > 1
      if (isClosed) return undefined
      // The rest of the name, where it is closed: then the quotes that follow in its line do not come in pairs.
      const rest = /^[^\n]*/.exec(sql.slice(offset))?.[0] ?? ''
      const isOwn = (rest.match(/"/g)?.length ?? 0) % 2 === 1
      return {
        prefix: text.replace(/^[^"]*"/, ''),
        from: last.start,
        to: offset + (isOwn ? rest.indexOf('"') + 1 : 0),
        quoted: true,
      }
    }
    case 'symbol':
    case 'cast':
    case 'parameter':
      return nothing
    case 'string':
      // A dollar begins a placeholder too.
      return text === '$' ? nothing : undefined
    default:
      return last.kind === 'comment' && text.startsWith('/*') ? nothing : undefined
  }
}

/** What of a word stands behind the cursor. */
export const wordHere = /^[\p{L}\p{N}_$]+/u
