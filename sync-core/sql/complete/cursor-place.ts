import { findPlaceholders } from '../placeholders.ts'
import { armsOf, cursorWord, type Item, isQuery, isSign, type Level, readLevels, wordOf } from './read-levels.ts'
import {
  type Ctes,
  isOtherwise,
  pathAt,
  type Relation,
  readCtes,
  readRelations,
  type Tables,
} from './read-relations.ts'
import { type Typed, wordHere } from './typed-at.ts'

/** Where the cursor stands in its statement. */
export interface CursorPlace {
  readonly expects:
    | 'placeholder'
    | 'type'
    | 'start'
    | 'relation'
    | 'after-relation'
    | 'name'
    | 'target-column'
    | 'value'
    | 'after-value'
  /** Names before the cursor, each with its dot: `a.`, `sales.line.`. */
  readonly path: readonly string[]
  /** The last word of the statement that says what follows: `select`, `where`, `on`; '' at the beginning. */
  readonly clause: string
  /** The word right before the cursor, or ''. */
  readonly previous: string
  /** Name before the sign of comparison that the cursor follows, of `a.id = ` `id`. */
  readonly comparedWith: string | undefined
  /** What can be named: each FROM that is around the cursor, innermost first. */
  readonly scopes: readonly (readonly Relation[])[]
  readonly ctes: Ctes
  /** What an INSERT, UPDATE, DELETE or MERGE writes. */
  readonly target: Relation | undefined
}

export function cursorPlace(sql: string, { from, to }: Typed, tables: Tables): CursorPlace {
  const after = sql.slice(to)
  const text = `${sql.slice(0, from)}${cursorWord}${wordHere.test(after) ? ' ' : ''}${after}`
  const levels = levelsAround(readLevels(text))
  const { scopes, ctes, target } = namesAround(levels, tables)
  const inner = levels.at(-1)?.items ?? []
  const at = inner.findIndex((item) => item.type === 'leaf' && item.isCursor)
  const path = pathBefore(inner, at)
  const start = at - path.length * 2
  const items = armsOf(inner.slice(0, start)).at(-1) ?? []
  const clause = clauseOf(items)
  const previous = wordOf(items.at(-1)) ?? ''
  const isPlaceholder = findPlaceholders(text).some(({ name }) => name === cursorWord)
  const isType = items.at(-1)?.type === 'leaf' && (items.at(-1) as { kind: string }).kind === 'cast'
  const expects = isPlaceholder ? 'placeholder' : isType ? 'type' : expected(items, clause, levels)
  return { expects, path, clause, previous, comparedWith: comparedWith(items), scopes, ctes, target }
}

/** From the whole down to the brackets that hold the cursor. */
function levelsAround(level: Level): readonly Level[] {
  const next = level.items.find((item) => item.type === 'level' && item.hasCursor)
  return next?.type === 'level' ? [level, ...levelsAround(next)] : [level]
}

function namesAround(levels: readonly Level[], tables: Tables): Pick<CursorPlace, 'scopes' | 'ctes' | 'target'> {
  const scopes: (readonly Relation[])[] = []
  let ctes: Ctes = new Map()
  let target: Relation | undefined
  for (const [depth, level] of levels.entries()) {
    if (depth > 0 && !isQuery(level)) continue
    ctes = readCtes(level.items, ctes, tables)
    const arm = armsOf(level.items).find((items) => items.some(holdsCursor)) ?? []
    const relations = readRelations(arm, ctes, tables)
    scopes.unshift(relations)
    if (arm.some((item) => ['into', 'update', 'delete'].includes(wordOf(item) ?? ''))) target ??= relations[0]
  }
  return { scopes, ctes, target }
}

function holdsCursor(item: Item): boolean {
  return item.type === 'leaf' ? item.isCursor : item.hasCursor
}

function pathBefore(items: readonly Item[], at: number): readonly string[] {
  let first = at
  while (isSign(items[first - 1], '.') && first >= 2) first -= 2
  return first === at ? [] : pathAt(items, first).slice(0, (at - first) / 2)
}

const clauses = new Set(
  'with select from join into update using where group order having limit offset set values returning on conflict when merge delete insert'.split(
    ' ',
  ),
)

function clauseOf(items: readonly Item[]): string {
  for (let at = items.length - 1; at >= 0; at--) {
    const word = wordOf(items[at])
    if (word === undefined || !clauses.has(word)) continue
    if ((word === 'from' || word === 'using' || word === 'update') && at > 0 && isOtherwise(items, at)) continue
    return word
  }
  return ''
}

const relationClauses = new Set(['from', 'join', 'into', 'update', 'using'])
/** Words behind which nothing is complete, so that a value or name is still to come. */
const opens = new Set(
  'select distinct all where and or not on by having when then else case in like ilike between is set values returning limit offset any some exists array from join lateral only into update using with recursive as conflict similar'.split(
    ' ',
  ),
)

function expected(items: readonly Item[], clause: string, levels: readonly Level[]): CursorPlace['expects'] {
  const last = items.at(-1)
  const outer = levels.at(-2)
  if (outer !== undefined && levels.at(-1)?.items !== undefined && clause === '') {
    const listOf = columnListOf(outer, levels.at(-1))
    if (listOf !== undefined) return last === undefined || isSign(last, ',') ? 'target-column' : 'after-value'
  }
  if (last === undefined) return levels.length > 1 ? 'value' : 'start'
  const word = wordOf(last)
  if (word === 'as') return 'name'
  if (word === 'insert' || word === 'merge' || word === 'delete' || isConflictComing(items)) return 'start'
  if (clause === 'with')
    return isSign(last, ',') || word === 'with' || word === 'recursive' ? 'name' : levels.length > 1 ? 'value' : 'start'
  if (relationClauses.has(clause)) {
    if (isSign(last, ',') || (word !== undefined && [...relationClauses, 'lateral', 'only'].includes(word)))
      return 'relation'
    return 'after-relation'
  }
  if (clause === 'set' && (word === 'set' || isSign(last, ','))) return 'target-column'
  if (clause === '' && word !== undefined && levels.length === 1) return 'start'
  return endsValue(last) ? 'after-value' : 'value'
}

/** `insert into … on`: a join has its own. */
function isConflictComing(items: readonly Item[]): boolean {
  const words = items.map(wordOf)
  return words.at(-1) === 'on' && words[0] === 'insert' && !words.includes('join')
}

function endsValue(last: Item): boolean {
  if (last.type === 'level') return true
  if (last.kind === 'word') return !opens.has(last.word ?? '')
  return ['quoted-name', 'string', 'number', 'parameter'].includes(last.kind) || last.text === ']' || last.text === '*'
}

/** The brackets behind `into t` and `conflict` hold names of the table's columns. */
function columnListOf(outer: Level, list: Level | undefined): string | undefined {
  const at = list === undefined ? -1 : outer.items.indexOf(list)
  if (wordOf(outer.items[at - 1]) === 'conflict') return 'conflict'
  for (let before = at - 1; before >= 0; before--) {
    const word = wordOf(outer.items[before])
    if (word === 'into') return 'into'
    if (word !== undefined && (clauses.has(word) || outer.items[before]?.type === 'level')) return undefined
    if (outer.items[before]?.type === 'level') return undefined
  }
  return undefined
}

const comparing = new Set(['=', '<', '>'])

function comparedWith(items: readonly Item[]): string | undefined {
  const last = items.at(-1)
  if (last?.type !== 'leaf' || !comparing.has(last.text)) return undefined
  const before = items.findLast((item) => item.type === 'level' || !comparing.has(item.text))
  return before?.type === 'leaf' ? before.name : undefined
}
