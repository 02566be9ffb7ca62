import type { Catalogue, CatalogueTable } from '../../domain/catalogue.ts'
import { armsOf, type Item, isQuery, isSign, type Level, wordOf } from './read-levels.ts'

/** What a FROM brings, by the name that its columns are called by. */
export interface Relation {
  readonly alias: string
  /** `undefined` for a subquery, a function or a CTE. */
  readonly table: CatalogueTable | undefined
  readonly columns: readonly RelationColumn[]
}

export interface RelationColumn {
  readonly name: string
  readonly type: string | undefined
  readonly comment: string | undefined
}

export type Ctes = ReadonlyMap<string, readonly RelationColumn[]>
export type Tables = Pick<Catalogue, 'tables' | 'searchPath'>

/** The table that a name means: of its schema, else of the first schema of the search path that has one. */
export function findTable(path: readonly string[], { tables, searchPath }: Tables): CatalogueTable | undefined {
  const name = path.at(-1)
  const schema = path.at(-2)
  if (schema !== undefined) return tables.find((one) => one.name === name && one.schema === schema)
  const named = tables.filter((one) => one.name === name)
  for (const first of searchPath) {
    const found = named.find((one) => one.schema === first)
    if (found !== undefined) return found
  }
  return undefined
}

/** What a WITH at the beginning defines, and what was defined around it. */
export function readCtes(items: readonly Item[], around: Ctes, tables: Tables): Ctes {
  if (wordOf(items[0]) !== 'with') return around
  const ctes = new Map(around)
  for (let at = wordOf(items[1]) === 'recursive' ? 2 : 1; at < items.length; at++) {
    const name = nameOf(items[at])
    if (name === undefined) break
    const columnList = levelAt(items, at + 1)
    const body = bodyAfter(items, at + 1)
    const given = columnList === undefined || body === at + 1 ? undefined : namesIn(columnList)
    const query = levelAt(items, body)
    const columns = query === undefined ? [] : outputColumnsOf(query, ctes, tables)
    ctes.set(name, given === undefined ? columns : given.map((one, place) => renamed(one, columns[place])))
    at = body + 1
    if (!isSign(items[at], ',')) break
  }
  return ctes
}

/** Behind `as`, `not materialized`. */
function bodyAfter(items: readonly Item[], from: number): number {
  for (let at = from; at < items.length; at++) {
    if (wordOf(items[at - 1]) !== undefined && levelAt(items, at) !== undefined && at > from) return at
    if (isSign(items[at], ',') || wordOf(items[at]) === 'select') break
  }
  return items.length
}

/** Where a statement names what its columns are of; `update` only at its beginning. */
const introducing = new Set(['from', 'join', 'into', 'using', 'update'])
const endsFrom = new Set(
  'where group order having limit offset window set values returning on when fetch for'.split(' '),
)
const noAlias = new Set([
  ...endsFrom,
  ...'select join inner left right full cross natural using union intersect except as tablesample do default overriding conflict then lateral only'.split(
    ' ',
  ),
])

/** The relations of one arm, in their order. */
export function readRelations(items: readonly Item[], ctes: Ctes, tables: Tables): readonly Relation[] {
  const found: Relation[] = []
  let inFrom = false
  for (let at = 0; at < items.length; at++) {
    const word = wordOf(items[at])
    if (word !== undefined && endsFrom.has(word)) inFrom = word === 'on' && inFrom
    const introduces = word !== undefined && introducing.has(word) && !isOtherwise(items, at)
    if (introduces) inFrom = true
    if (!introduces && !(inFrom && isSign(items[at], ','))) continue
    found.push(...readRelation(items, at + 1, { ctes, tables, isTarget: word === 'into' }))
  }
  return found
}

/** `is distinct from`, `for update`, `do update set`, `join … using (id)`. */
export function isOtherwise(items: readonly Item[], at: number): boolean {
  const word = wordOf(items[at])
  const before = wordOf(items[at - 1])
  const next = items[at + 1]
  if (word === 'using') return next?.type === 'level' && !isQuery(next)
  if (word === 'from') return before === 'distinct' && ['is', 'not'].includes(wordOf(items[at - 2]) ?? '')
  return word === 'update' && before !== undefined && at > 0 && before !== 'only'
}

interface Around {
  readonly ctes: Ctes
  readonly tables: Tables
  /** The brackets behind it list columns: of another one they would be arguments. */
  readonly isTarget: boolean
}

function readRelation(items: readonly Item[], from: number, around: Around): readonly Relation[] {
  let at = from
  while (['only', 'lateral'].includes(wordOf(items[at]) ?? '')) at++
  const first = items[at]
  if (first?.type === 'level') {
    if (!isQuery(first)) return readRelations([fromWord, ...first.items], around.ctes, around.tables)
    return named(items, at + 1, outputColumnsOf(first, around.ctes, around.tables), {
      alias: undefined,
      table: undefined,
    })
  }
  const path = pathAt(items, at)
  if (path.length === 0) return []
  at += path.length * 2 - 1
  const cte = path.length === 1 ? around.ctes.get(path[0] ?? '') : undefined
  const isCall = !around.isTarget && levelAt(items, at) !== undefined
  const table = cte === undefined && !isCall ? findTable(path, around.tables) : undefined
  return named(items, isCall ? at + 1 : at, cte ?? table?.columns ?? [], { alias: path.at(-1), table })
}

const fromWord: Item = { type: 'leaf', kind: 'word', text: 'from', name: 'from', word: 'from', isCursor: false }

function named(
  items: readonly Item[],
  from: number,
  columns: readonly RelationColumn[],
  { alias, table }: { readonly alias: string | undefined; readonly table: CatalogueTable | undefined },
): readonly Relation[] {
  const at = wordOf(items[from]) === 'as' ? from + 1 : from
  const item = items[at]
  const own = item?.type === 'leaf' && !item.isCursor && !noAlias.has(item.word ?? '') ? item.name : undefined
  const name = own ?? alias
  if (name === undefined) return []
  const list = own === undefined ? undefined : levelAt(items, at + 1)
  const renamedAs = list === undefined ? [] : namesIn(list)
  const rest = columns.slice(renamedAs.length)
  return [{ alias: name, table, columns: [...renamedAs.map((one, place) => renamed(one, columns[place])), ...rest] }]
}

/** The output columns of the first SELECT between brackets, as far as its text names them. */
export function outputColumnsOf(query: Level, around: Ctes, tables: Tables): readonly RelationColumn[] {
  const ctes = readCtes(query.items, around, tables)
  const [first = []] = armsOf(query.items)
  if (first[0]?.type === 'level' && first.length === 1) return outputColumnsOf(first[0], ctes, tables)
  const select = first.findIndex((item) => wordOf(item) === 'select')
  if (select < 0) return []
  const end = first.findIndex((item, at) => at > select && wordOf(item) === 'from' && !isOtherwise(first, at))
  const relations = readRelations(first, ctes, tables)
  return splitAtCommas(first.slice(select + 1, end < 0 ? undefined : end)).flatMap((output) =>
    outputOf(output, relations),
  )
}

function outputOf(output: readonly Item[], relations: readonly Relation[]): readonly RelationColumn[] {
  const last = output.at(-1)
  if (isSign(last, '*')) {
    const alias = isSign(output.at(-2), '.') ? nameOf(output.at(-3)) : undefined
    return relations.filter((one) => alias === undefined || one.alias === alias).flatMap(({ columns }) => columns)
  }
  const name = nameOf(last?.type === 'level' ? output.at(-2) : last)
  if (name === undefined) return []
  const path = pathAt(output, 0)
  const column = relations
    .filter(({ alias }) => path.length === 1 || alias === path[0])
    .flatMap(({ columns }) => columns.find((one) => one.name === path.at(-1)) ?? [])[0]
  const isColumn = path.length > 0 && output.length <= path.length * 2 + 1
  return [isColumn ? renamed(name, column) : { name, type: undefined, comment: undefined }]
}

function renamed(name: string, column: RelationColumn | undefined): RelationColumn {
  return { name, type: column?.type, comment: column?.comment }
}

function splitAtCommas(items: readonly Item[]): readonly (readonly Item[])[] {
  const parts: Item[][] = [[]]
  for (const item of items) {
    if (isSign(item, ',')) parts.push([])
    else parts.at(-1)?.push(item)
  }
  return parts
}

function namesIn({ items }: Level): readonly string[] {
  return splitAtCommas(items).flatMap(([first]) => nameOf(first) ?? [])
}

/** Names joined by dots. */
export function pathAt(items: readonly Item[], from: number): readonly string[] {
  const path: string[] = []
  for (let at = from; ; at += 2) {
    const name = nameOf(items[at])
    if (name === undefined) return path
    path.push(name)
    if (!isSign(items[at + 1], '.')) return path
  }
}

function nameOf(item: Item | undefined): string | undefined {
  return item?.type === 'leaf' && !item.isCursor ? item.name : undefined
}

function levelAt(items: readonly Item[], at: number): Level | undefined {
  const item = items[at]
  return item?.type === 'level' ? item : undefined
}
