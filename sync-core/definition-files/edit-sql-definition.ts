import { isDeepStrictEqual } from 'node:util'
import { type JsonObject, listOf, objectOf } from '../manifest/print/json-value.ts'
import { sameJson } from '../manifest/print/same-json.ts'
import { readColumnLine } from './column-line.ts'
import { plainSql } from './definition.ts'
import { type HeaderField, readFields } from './header-fields.ts'
import { mergeEntry } from './merge-definitions.ts'
import { printSqlDefinition } from './print-sql-definition.ts'
import { readSqlDefinitions } from './read-sql-definitions.ts'
import { type Section, splitSections } from './split-sections.ts'

/** What a definition is called at the head of its file. */
export interface DefinitionName {
  readonly kind: 'public' | 'consumer'
  readonly name: string
  /** `1.0`, of a public schema. */
  readonly version?: string | undefined
}

/**
 * A SQL file in which the definition of that name says what `entry` does: fields and statements that say it already stay
 * as they are written, with all comments, and so do other definitions. A file that defines nothing yet gets the whole.
 * `undefined` where no file could say it, or where this one does not define it. Pure.
 */
export function editSqlDefinition(file: string, former: DefinitionName, entry: JsonObject): string | undefined {
  const text = file.replaceAll('\r\n', '\n')
  const printed = printSqlDefinition(entry)
  const group = findGroup(text, former)
  if (printed === undefined || group === undefined) return undefined
  const wanted = splitSections(printed)
  const edited = applyEdits(text, [
    ...headerEdits(text, group, { printed, section: wanted[0] }),
    ...partEdits(text, group, wanted.slice(1)),
  ])
  const whole = applyEdits(text, [{ from: group.from, to: group.to, text: printed.trimEnd() }])
  const result = [edited, whole].find((candidate) => says(candidate, entry))
  return file.includes('\r\n') ? result?.replaceAll('\n', '\r\n') : result
}

/** The file without that definition; `undefined` when nothing is defined in it any more. Pure. */
export function removeSqlDefinition(file: string, former: DefinitionName): string | undefined {
  const text = file.replaceAll('\r\n', '\n')
  const group = findGroup(text, former)
  if (group === undefined) return file
  const next = splitSections(text).find((section) => section.offset >= group.to)
  const left = text.slice(0, group.from) + (next === undefined ? '' : text.slice(next.offset))
  if (!splitSections(left).some(isDefinition)) return undefined
  const ended = next === undefined ? `${left.trimEnd()}\n` : left
  return file.includes('\r\n') ? ended.replaceAll('\n', '\r\n') : ended
}

/** A definition with its statements. */
interface Group {
  readonly head: Section
  readonly parts: readonly Section[]
  readonly from: number
  /** Where its last line that is not blank ends. */
  readonly to: number
}

interface Edit {
  readonly from: number
  readonly to: number
  readonly text: string
}

function isDefinition({ title }: Section): boolean {
  return /^(public|consumer) schema\b/.test(title)
}

function findGroup(text: string, { kind, name, version }: DefinitionName): Group | undefined {
  const sections = splitSections(text)
  const titles = [`${kind} schema ${name} ${version}`, `${kind} schema ${name}`]
  const exact = sections.findIndex(({ title }) => titles.includes(title))
  // A file that has raised its version defines the same entry.
  const raised = sections.findIndex(({ title }) => title.replace(/ \d+\.\d+$/, '') === `${kind} schema ${name}`)
  const start = exact === -1 ? raised : exact
  const head = sections[start]
  if (head === undefined) return undefined
  const following = sections.slice(start + 1)
  const count = following.findIndex(isDefinition)
  const parts = count === -1 ? following : following.slice(0, count)
  const end = following[parts.length]?.offset ?? text.length
  return { head, parts, from: head.offset, to: head.offset + text.slice(head.offset, end).trimEnd().length }
}

/** Field by field, so that a line of a column that stays is no line of a diff. */
function headerEdits(
  text: string,
  { head }: Group,
  { printed, section }: { readonly printed: string; readonly section: Section | undefined },
): readonly Edit[] {
  if (section === undefined) return []
  const titleEnd = lineEnd(text, head.offset)
  const wanted = readFields(section.header).fields
  const present = readFields(head.header).fields
  const edits: Edit[] =
    head.title === section.title ? [] : [{ from: head.offset, to: titleEnd, text: `-- rejot: ${section.title}` }]
  let after = titleEnd
  for (const field of wanted) {
    const lines = linesOf(printed, field)
    const own = present.find(({ name }) => name === field.name)
    if (own === undefined) edits.push({ from: after, to: after, text: `\n${lines.join('\n')}` })
    else {
      const [from, to] = rangeOf(text, own)
      const wantedLines = field.name === 'columns' ? keptColumns(linesOf(text, own), lines) : lines
      if (meaningOf(own) !== meaningOf(field)) edits.push({ from, to, text: wantedLines.join('\n') })
      after = Math.max(after, to)
    }
  }
  for (const field of present.filter(({ name }) => !wanted.some((other) => other.name === name))) {
    const [from, to] = rangeOf(text, field)
    edits.push({ from: from - 1, to, text: '' })
  }
  return edits
}

/** A column that means the same stays as it was typed. */
function keptColumns(present: readonly string[], wanted: readonly string[]): readonly string[] {
  return wanted.map((line) => present.find((own) => sameColumn(own, line)) ?? line)
}

function sameColumn(one: string, other: string): boolean {
  if (one === other) return true
  const [a, b] = [one, other].map((line) => readColumnLine(line.replace(/^--\s+/, '')))
  return a !== undefined && b !== undefined && isDeepStrictEqual(a, b)
}

function partEdits(text: string, group: Group, wanted: readonly Section[]): readonly Edit[] {
  const ends = [...group.parts.slice(1).map(({ offset }) => offset), group.to]
  const kept = group.parts.flatMap((part, index): Edit[] => {
    const now = wanted.find(({ title }) => title === part.title)
    if (now === undefined)
      return [{ from: blankBefore(text, part.offset), to: blankBefore(text, ends[index] ?? group.to), text: '' }]
    const { offset, text: sql } = part.body
    return plainSql(sql) === plainSql(now.body.text)
      ? []
      : [{ from: offset, to: offset + sql.length, text: now.body.text }]
  })
  const added = wanted
    .filter(({ title }) => !group.parts.some((part) => part.title === title))
    .map(({ title, body }) => `\n\n-- rejot: ${title}\n${body.text};`)
  return added.length === 0 ? kept : [...kept, { from: group.to, to: group.to, text: added.join('') }]
}

/** Whether reading the file gives that entry. */
function says(text: string, entry: JsonObject): boolean {
  const { definitions, problems } = readSqlDefinitions(text, '')
  if (problems.length > 0) return false
  const version = objectOf(entry.version)
  const own = definitions.find(
    (definition) =>
      definition.name === entry.name &&
      (definition.kind === 'consumer schema'
        ? entry.version === undefined
        : definition.version.major === version.major && definition.version.minor === version.minor),
  )
  return own !== undefined && sameJson(mergeEntry(withoutSql(entry), own), entry)
}

/** Without what merging would otherwise leave as it is. */
function withoutSql(entry: JsonObject): JsonObject {
  const config = objectOf(entry.config)
  const transformations = listOf(config.transformations)
  return transformations.length === 0 ? { ...entry, config: { ...config, deleteSql: undefined } } : entry
}

function meaningOf({ name, value, lines }: HeaderField): string {
  if (name === 'columns') return JSON.stringify(lines.map((line) => readColumnLine(line.text)))
  return [value, ...lines.map((line) => line.text)].join('\n').trim()
}

function linesOf(text: string, field: HeaderField): readonly string[] {
  return text.slice(...rangeOf(text, field)).split('\n')
}

/** From the beginning of its first line to the end of its last. */
function rangeOf(text: string, { offset, lines }: HeaderField): [number, number] {
  const last = lines.at(-1)?.offset ?? offset
  return [text.lastIndexOf('\n', offset) + 1, lineEnd(text, last)]
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end
}

/** Where the blank lines before an offset begin. */
function blankBefore(text: string, offset: number): number {
  return text.slice(0, offset).trimEnd().length
}

/** They do not overlap; of those at one place the first stands first. */
function applyEdits(text: string, edits: readonly Edit[]): string {
  return edits
    .map((edit, index) => ({ ...edit, index }))
    .toSorted((a, b) => b.from - a.from || b.index - a.index)
    .reduce((result, edit) => result.slice(0, edit.from) + edit.text + result.slice(edit.to), text)
}
