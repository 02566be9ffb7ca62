import { type TokenKind, tokens } from '../lexer.ts'

/** A word or sign. */
export interface Leaf {
  readonly type: 'leaf'
  readonly kind: TokenKind
  readonly text: string
  /** Of a word or a quoted name: as the server compares it. */
  readonly name: string | undefined
  /** Of a word: in lower case. */
  readonly word: string | undefined
  /** What stands for the cursor. */
  readonly isCursor: boolean
}

/** What stands between two brackets, or the whole. */
export interface Level {
  readonly type: 'level'
  readonly items: readonly Item[]
  readonly hasCursor: boolean
}

export type Item = Leaf | Level

/** The word that stands where the cursor is while its surroundings are read. */
export const cursorWord = '__rejot_cursor'

/** SQL by its brackets; one that is not closed goes to the end. Semicolons at the top part it: only the cursor's part is read. */
export function readLevels(sql: string): Level {
  const open: Item[][] = [[]]
  for (const { kind, start, end } of tokens(sql)) {
    if (kind === 'space' || kind === 'comment' || kind === 'open-comment') continue
    const text = sql.slice(start, end)
    if (text === '(') open.push([])
    else if (text === ')') close(open)
    else if (text === ';' && open.length === 1) {
      if (hasCursor(open[0] ?? [])) break
      open[0] = []
    } else open.at(-1)?.push(leaf(kind, text))
  }
  while (open.length > 1) close(open)
  return level(open[0] ?? [])
}

function close(open: Item[][]): void {
  if (open.length === 1) return
  const items = open.pop() ?? []
  open.at(-1)?.push(level(items))
}

function level(items: readonly Item[]): Level {
  return { type: 'level', items, hasCursor: hasCursor(items) }
}

function hasCursor(items: readonly Item[]): boolean {
  return items.some((item) => (item.type === 'leaf' ? item.isCursor : item.hasCursor))
}

function leaf(kind: TokenKind, text: string): Leaf {
  const word = kind === 'word' ? text.toLowerCase() : undefined
  const quoted =
    kind === 'quoted-name'
      ? text
          .replace(/^[^"]*"/, '')
          .replace(/"$/, '')
          .replaceAll('""', '"')
      : undefined
  return { type: 'leaf', kind, text, name: word ?? quoted, word, isCursor: text === cursorWord }
}

export function wordOf(item: Item | undefined): string | undefined {
  return item?.type === 'leaf' ? item.word : undefined
}

export function isSign(item: Item | undefined, text: string): boolean {
  return item?.type === 'leaf' && item.kind === 'symbol' && item.text === text
}

const queryWords = new Set(['select', 'with', 'values', 'insert', 'update', 'delete', 'merge', 'table'])

/** Whether brackets hold a statement, which has a FROM of its own, and not arguments or a list of names. */
export function isQuery({ items: [first] }: Level): boolean {
  return first?.type === 'level' ? isQuery(first) : queryWords.has(wordOf(first) ?? '')
}

const setOperations = new Set(['union', 'intersect', 'except'])

/** The SELECTs that UNION and its like join; what WITH defines stands before the first of them. */
export function armsOf(items: readonly Item[]): readonly (readonly Item[])[] {
  const arms: Item[][] = [[]]
  for (const item of items) {
    if (setOperations.has(wordOf(item) ?? '')) arms.push([])
    else arms.at(-1)?.push(item)
  }
  return arms
}
