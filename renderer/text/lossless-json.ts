/**
 * JSON as text: a number stays the digits that stood there, since 64-bit integers and numerics do not fit JavaScript's
 * numbers. `raw` is the very text of each value.
 */
export type JsonValue =
  | { readonly type: 'string'; readonly raw: string; readonly value: string }
  | { readonly type: 'number' | 'true' | 'false' | 'null'; readonly raw: string }
  | { readonly type: 'array'; readonly raw: string; readonly items: readonly JsonValue[] }
  | { readonly type: 'object'; readonly raw: string; readonly members: readonly JsonMember[] }

export interface JsonMember {
  readonly name: string
  readonly value: JsonValue
}

/** Deeper is shown as it stands: nobody reads it, and a stack has an end. */
const maxDepth = 200

/** Returns `undefined` for text that is not one JSON value, or nested deeper than 200. */
export function parseJson(text: string): JsonValue | undefined {
  const reader: Reader = { text, at: 0 }
  const value = readValue(reader, 0)
  skipSpace(reader)
  return value !== undefined && reader.at === text.length ? value : undefined
}

export interface JsonToken {
  readonly type: 'name' | 'string' | 'number' | 'word' | 'mark' | 'space'
  readonly text: string
}

/** The value over several lines, two spaces a level; every name, string and number as it stood. */
export function printJson(value: JsonValue): JsonToken[] {
  const tokens: JsonToken[] = []
  print(value, '', tokens)
  return tokens
}

/** What a cell shows of a value: a string without its quotes, the rest as it stands. */
export function cellText(value: JsonValue): string {
  return value.type === 'string' ? value.value : value.raw
}

interface Reader {
  readonly text: string
  at: number
}

const space = /[ \t\n\r]*/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids just these in a string
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const word = /true|false|null/y

function readValue(reader: Reader, depth: number): JsonValue | undefined {
  skipSpace(reader)
  const from = reader.at
  const first = reader.text[from]
  if (first === '{' || first === '[') {
    if (depth >= maxDepth) return undefined
    return first === '{' ? readObject(reader, depth) : readArray(reader, depth)
  }
  if (first === '"') {
    const raw = take(reader, string)
    return raw === undefined ? undefined : { type: 'string', raw, value: decode(raw) }
  }
  const digits = take(reader, number)
  if (digits !== undefined) return { type: 'number', raw: digits }
  const literal = take(reader, word)
  if (literal === 'true' || literal === 'false' || literal === 'null') return { type: literal, raw: literal }
  return undefined
}

function readArray(reader: Reader, depth: number): JsonValue | undefined {
  const from = reader.at
  const items: JsonValue[] = []
  reader.at += 1
  if (takeMark(reader, ']')) return { type: 'array', raw: reader.text.slice(from, reader.at), items }
  do {
    const item = readValue(reader, depth + 1)
    if (item === undefined) return undefined
    items.push(item)
  } while (takeMark(reader, ','))
  return takeMark(reader, ']') ? { type: 'array', raw: reader.text.slice(from, reader.at), items } : undefined
}

function readObject(reader: Reader, depth: number): JsonValue | undefined {
  const from = reader.at
  const members: JsonMember[] = []
  reader.at += 1
  if (takeMark(reader, '}')) return { type: 'object', raw: reader.text.slice(from, reader.at), members }
  do {
    skipSpace(reader)
    const name = take(reader, string)
    if (name === undefined || !takeMark(reader, ':')) return undefined
    const value = readValue(reader, depth + 1)
    if (value === undefined) return undefined
    members.push({ name: decode(name), value })
  } while (takeMark(reader, ','))
  return takeMark(reader, '}') ? { type: 'object', raw: reader.text.slice(from, reader.at), members } : undefined
}

function skipSpace(reader: Reader): void {
  take(reader, space)
}

function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at
  const match = pattern.exec(reader.text)?.[0]
  if (match !== undefined) reader.at += match.length
  return match
}

function takeMark(reader: Reader, mark: string): boolean {
  skipSpace(reader)
  if (reader.text[reader.at] !== mark) return false
  reader.at += 1
  return true
}

/** A string of JSON, whose escapes lose nothing in JavaScript. */
function decode(raw: string): string {
  return String(JSON.parse(raw))
}

function print(value: JsonValue, indent: string, tokens: JsonToken[]): void {
  const mark = (text: string) => tokens.push({ type: 'mark', text })
  const line = (text: string) => tokens.push({ type: 'space', text: `\n${text}` })
  const inner = `${indent}  `
  switch (value.type) {
    case 'object':
      mark('{')
      for (const [index, member] of value.members.entries()) {
        line(inner)
        tokens.push({ type: 'name', text: JSON.stringify(member.name) })
        mark(':')
        tokens.push({ type: 'space', text: ' ' })
        print(member.value, inner, tokens)
        if (index < value.members.length - 1) mark(',')
      }
      if (value.members.length > 0) line(indent)
      mark('}')
      return
    case 'array':
      mark('[')
      for (const [index, item] of value.items.entries()) {
        line(inner)
        print(item, inner, tokens)
        if (index < value.items.length - 1) mark(',')
      }
      if (value.items.length > 0) line(indent)
      mark(']')
      return
    case 'string':
    case 'number':
      tokens.push({ type: value.type, text: value.raw })
      return
    default:
      tokens.push({ type: 'word', text: value.raw })
  }
}
