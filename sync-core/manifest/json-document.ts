import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import type { Problem } from '../domain/manifest.ts'
import { conflictAt, conflictMessage } from './conflict-markers.ts'
import { oneLine } from './one-line.ts'
import { placeAt } from './text-place.ts'

/** A JSON file with the way from its parts to their places, and what has been found wrong in it. */
export interface JsonDocument {
  readonly text: string
  /** Absolute. */
  readonly path: string
  /** `undefined` when it is no JSON; the reason is among the problems then. */
  readonly root: Node | undefined
  readonly problems: Problem[]
}

const maxBytes = 16 * 1024 * 1024

/** Strict JSON in UTF-8. Never throws: whatever is wrong becomes a problem with its place. */
export function readJsonDocument(content: Uint8Array | string, path: string): JsonDocument {
  const text = typeof content === 'string' ? content : decode(content)
  if (text === undefined) return broken('', path, 0, 'The file is no UTF-8 text')
  if (text.length > maxBytes) return broken('', path, 0, 'The file is larger than 16 MB')
  if (text.startsWith('\ufeff')) {
    return broken(text, path, 0, 'The file begins with a byte order mark: save it as UTF-8 without one')
  }
  if (text.trim() === '') return broken(text, path, 0, 'The file is empty')
  const errors: ParseError[] = []
  const root = treeOf(text, errors)
  if (root === 'too deep') return broken(text, path, 0, 'The file is nested too deeply')
  const [error] = errors
  if (error !== undefined) return broken(text, path, ...syntaxProblem(text, error))
  // The tree's scanner lets a few things pass that JSON does not.
  if (root === undefined || !isJson(text)) return broken(text, path, 0, 'The file is no JSON')
  const document: JsonDocument = { text, path, root, problems: [] }
  reportRepeatedFields(document, root)
  return document
}

/** Adds a problem at a part of the file; without one, at its beginning. */
export function report(
  document: JsonDocument,
  node: Pick<Node, 'offset'> | undefined,
  message: string,
  severity: Problem['severity'] = 'error',
): void {
  document.problems.push({
    severity,
    file: document.path,
    ...placeAt(document.text, node?.offset ?? 0),
    message: oneLine(message),
  })
}

function decode(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
  } catch {
    return undefined
  }
}

function broken(text: string, path: string, offset: number, message: string): JsonDocument {
  const document: JsonDocument = { text, path, root: undefined, problems: [] }
  report(document, { offset }, message)
  return document
}

function treeOf(text: string, errors: ParseError[]): Node | undefined | 'too deep' {
  try {
    return parseTree(text, errors, { disallowComments: true, allowTrailingComma: false })
  } catch (error) {
    if (error instanceof RangeError) return 'too deep'
    throw error
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const syntaxMessages: Readonly<Record<string, string>> = {
  InvalidCommentToken: 'JSON has no comments: leave this one out',
  UnexpectedEndOfComment: 'JSON has no comments: leave this one out',
  UnexpectedEndOfString: 'This text is not closed by a "',
  InvalidCharacter: 'A text holds a line break or control character: write it as \\n or \\u0000',
  InvalidEscapeCharacter: 'A text holds a \\ before a character that JSON does not know',
  InvalidUnicode: 'A text holds a \\u without four digits',
  UnexpectedEndOfNumber: 'This number is cut off',
  InvalidNumberFormat: 'This is no number that JSON knows',
  InvalidSymbol: 'JSON does not know this word',
  PropertyNameExpected: 'A field name in " is expected here, or the comma before is one too many',
  ValueExpected: 'A value is expected here, or the comma before is one too many',
  ColonExpected: 'A : is expected here',
  CommaExpected: 'A , is expected here',
  CloseBraceExpected: 'A } is missing',
  CloseBracketExpected: 'A ] is missing',
  EndOfFileExpected: 'Something follows after the end of the JSON',
}

/** The first thing that is wrong; the others follow from it. */
function syntaxProblem(text: string, { error, offset }: ParseError): readonly [offset: number, message: string] {
  // A line between the sides may be all that is left of one.
  const conflict = conflictAt(text) ?? /^={7}$/m.exec(text)?.index
  if (conflict !== undefined) return [conflict, conflictMessage]
  if (text.slice(offset).trim() === '') {
    return [text.trimEnd().length, 'The file ends in the middle, as if it were only half written']
  }
  return [offset, syntaxMessages[printParseErrorCode(error)] ?? 'The file is no JSON']
}

function reportRepeatedFields(document: JsonDocument, node: Node): void {
  const seen = new Set<unknown>()
  for (const child of node.children ?? []) {
    const [key] = child.type === 'property' ? (child.children ?? []) : []
    if (key !== undefined && seen.has(key.value)) report(document, key, `The field "${key.value}" is written twice`)
    if (key !== undefined) seen.add(key.value)
    reportRepeatedFields(document, child)
  }
}
