import type { CatalogueTable } from '../../domain/catalogue.ts'
import type { Completion, CompletionRequest, Completions } from '../../domain/completion.ts'
import { type CursorPlace, cursorPlace } from './cursor-place.ts'
import type { Relation, RelationColumn } from './read-relations.ts'
import { type Typed, typedAt } from './typed-at.ts'
import { builtInFunctions, keywordsFor, typeNames } from './words.ts'

/** More than this nobody reads; whoever types on gets others. */
const mostItems = 300

/**
 * What could stand at the cursor, the likeliest first. By tokens and brackets, not by the grammar: what is being written is
 * hardly ever a statement yet. Pure, and never throws.
 */
export function completeSql(request: CompletionRequest): Completions {
  const { sql, offset } = request
  const typed = typedAt(sql, offset)
  if (typed === undefined) return { from: offset, to: offset, items: [] }
  const place = cursorPlace(sql, typed, request.catalogue)
  const dollar = /\$$/.test(sql.slice(0, typed.from)) && typed.prefix === ''
  const from = place.expects === 'placeholder' ? sql.lastIndexOf(':', typed.from) : dollar ? typed.from - 1 : typed.from
  const all = dollar ? numbered(request) : itemsFor(place, typed, request)
  return { from, to: typed.to, items: matching(all, typed.prefix).slice(0, mostItems) }
}

function itemsFor(place: CursorPlace, typed: Typed, request: CompletionRequest): readonly Completion[] {
  const { expects, path, clause, ctes } = place
  const write = writer(typed, request)
  if (expects === 'placeholder') return placeholders(request)
  if (expects === 'type') return typeNames.map((name) => item('type', name, name, undefined))
  if (expects === 'name') return []
  if (path.length > 0) return within(place, write, request)
  const keywords = keywordsFor(place, request.statement).map((word) => item('keyword', word, word, undefined))
  if (expects === 'start' || expects === 'after-relation' || expects === 'after-value') return keywords
  if (expects === 'relation') {
    const own =
      clause === 'into' || clause === 'update'
        ? []
        : [...ctes.keys()].map((name) => item('table', name, write(name), 'with'))
    return [...own, ...tables(request, write), ...schemas(request, write), ...keywords]
  }
  if (expects === 'target-column') return columnsOf(place.target, write)
  return values(place, write, request, keywords)
}

type Write = (name: string, behindDot?: boolean) => string

/** A name as it has to be written here. Behind a dot no word is reserved. */
function writer({ quoted }: Typed, { catalogue }: CompletionRequest): Write {
  const reserved = new Set(catalogue.reservedWords)
  return (name, behindDot = false) => {
    const plain = /^[a-z_][a-z0-9_$]*$/.test(name) && (behindDot || !reserved.has(name))
    return plain && !quoted ? name : `"${name.replaceAll('"', '""')}"`
  }
}

function item(kind: Completion['kind'], label: string, insert: string, detail: string | undefined): Completion {
  return { kind, label, insert, detail }
}

function placeholders({ placeholders: named }: CompletionRequest): readonly Completion[] {
  return named.map(({ name, type }) => {
    const plain = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)
    return item('placeholder', name, plain ? `:${name}` : `:"${name.replaceAll('"', '""')}"`, type)
  })
}

function numbered({ placeholders: named }: CompletionRequest): readonly Completion[] {
  return named.map(({ name, type }, place) =>
    item('placeholder', `$${place + 1}`, `$${place + 1}`, type === undefined ? name : `${name} ${type}`),
  )
}

/** Behind a dot: columns of what is named before it, else tables of that schema. */
function within(
  { path, scopes, expects, target }: CursorPlace,
  write: Write,
  { catalogue }: CompletionRequest,
): readonly Completion[] {
  const [first, second] = path
  const own = second === undefined ? relationNamed(first, scopes, target) : undefined
  const table = catalogue.tables.find(({ schema, name }) => schema === first && name === second)
  const inSchema = catalogue.tables
    .filter(({ schema }) => second === undefined && schema === first)
    .map((one) => tableItem(one, write(one.name, true)))
  if (expects === 'relation') return inSchema
  if (own !== undefined) return columnItems(own.columns, (name) => write(name, true), own.alias)
  return table === undefined ? inSchema : columnItems(table.columns, (name) => write(name, true), table.name)
}

function relationNamed(
  name: string | undefined,
  scopes: CursorPlace['scopes'],
  target: Relation | undefined,
): Relation | undefined {
  if (name === 'excluded' && target !== undefined) return { ...target, alias: 'excluded' }
  return scopes.flat().find(({ alias }) => alias === name)
}

/** Those that need no schema before their name first; of two with one name that is the one that the search path finds. */
function tables({ catalogue }: CompletionRequest, write: Write): readonly Completion[] {
  const { searchPath } = catalogue
  const found = new Map<string, CatalogueTable>()
  for (const schema of searchPath.toReversed()) {
    for (const one of catalogue.tables) if (one.schema === schema) found.set(one.name, one)
  }
  const shown = catalogue.tables.filter(({ partitionOf }) => partitionOf === undefined)
  const [bare, others] = [true, false].map((is) => shown.filter((one) => (found.get(one.name) === one) === is))
  return [
    ...(bare ?? []).map((one) => tableItem(one, write(one.name))),
    ...(others ?? []).map((one) => tableItem(one, `${write(one.schema)}.${write(one.name, true)}`)),
  ]
}

function tableItem({ schema, name, kind }: CatalogueTable, insert: string): Completion {
  return item('table', name, insert, kind === 'table' ? schema : `${schema}, ${kind}`)
}

function schemas({ catalogue }: CompletionRequest, write: Write): readonly Completion[] {
  return [...new Set(catalogue.tables.map(({ schema }) => schema))].map((name) =>
    item('schema', name, write(name), undefined),
  )
}

function columnsOf(relation: Relation | undefined, write: Write): readonly Completion[] {
  return relation === undefined ? [] : columnItems(relation.columns, write, relation.alias)
}

function columnItems(columns: readonly RelationColumn[], write: Write, alias: string): readonly Completion[] {
  return columns.map(({ name, type }) => item('column', name, write(name), type ?? alias))
}

function values(
  place: CursorPlace,
  write: Write,
  request: CompletionRequest,
  keywords: readonly Completion[],
): readonly Completion[] {
  const { scopes, previous, comparedWith } = place
  const [inner = [], ...outer] = scopes
  const reachable = [...inner, ...outer.flat()]
  const given = placeholders(request)
  const same = given.filter(({ label }) => label === comparedWith)
  // In VALUES there is nothing but what is given.
  const first = place.clause === '' && reachable.every(({ table }) => table === place.target?.table) ? given : same
  return [
    ...(previous === 'on' ? joinConditions(inner, write) : []),
    ...first,
    ...reachableColumns(reachable, write),
    ...reachable.map(({ alias, table }) => item('alias', alias, write(alias), table?.name)),
    ...(first === given ? [] : given.filter((one) => !same.includes(one))),
    ...functions(request, write),
    ...keywords,
  ]
}

/** A name that several of them have says whose it is. */
function reachableColumns(relations: readonly Relation[], write: Write): readonly Completion[] {
  const times = new Map<string, number>()
  for (const { columns } of relations) for (const { name } of columns) times.set(name, (times.get(name) ?? 0) + 1)
  return relations.flatMap(({ alias, columns }) =>
    columns.map(({ name, type }) => {
      const shared = (times.get(name) ?? 0) > 1
      const insert = shared ? `${write(alias)}.${write(name, true)}` : write(name)
      return item(
        'column',
        name,
        insert,
        shared || relations.length > 1 ? [alias, type].filter(Boolean).join(' · ') : type,
      )
    }),
  )
}

/** By the foreign keys between the relation joined last and those before it. */
function joinConditions(relations: readonly Relation[], write: Write): readonly Completion[] {
  const last = relations.at(-1)
  return relations.slice(0, -1).flatMap((other) => {
    const both = [...conditionsOf(last, other, write), ...conditionsOf(other, last, write)]
    return both.map((condition) => item('condition', condition, condition, 'foreign key'))
  })
}

function conditionsOf(from: Relation | undefined, to: Relation | undefined, write: Write): readonly string[] {
  if (from === undefined || to === undefined) return []
  const keys = (from.table?.foreignKeys ?? []).filter(
    ({ schema, table }) => schema === to.table?.schema && table === to.table.name,
  )
  return keys.map(({ columns, references }) =>
    columns
      .map((column, place) => {
        const other = write(references[place] ?? column, true)
        return `${write(from.alias)}.${write(column, true)} = ${write(to.alias)}.${other}`
      })
      .join(' and '),
  )
}

function functions({ catalogue }: CompletionRequest, write: Write): readonly Completion[] {
  const own = catalogue.functions.map(({ schema, name, arguments: args, returns }) => {
    const bare = catalogue.searchPath.includes(schema)
    const call = bare ? write(name) : `${write(schema)}.${write(name, true)}`
    return item('function', name, `${call}(`, `(${args}) ${returns}`)
  })
  return [...own, ...builtInFunctions.map((name) => item('function', name, `${name}(`, undefined))]
}

/** Those that begin with what is typed, then those that hold it; upper and lower case and underscores aside. */
function matching(items: readonly Completion[], prefix: string): readonly Completion[] {
  const wanted = simplified(prefix)
  const seen = new Set<string>()
  const once = items.filter(({ kind, insert }) => {
    const isNew = !seen.has(`${kind} ${insert}`)
    seen.add(`${kind} ${insert}`)
    return isNew
  })
  const begins = once.filter(({ label }) => simplified(label).startsWith(wanted))
  const holds = once.filter(({ label }) => simplified(label).indexOf(wanted) > 0)
  return wanted === '' ? begins : [...begins, ...holds]
}

function simplified(text: string): string {
  return text.toLowerCase().replaceAll('_', '')
}
