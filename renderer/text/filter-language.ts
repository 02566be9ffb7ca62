import type { z } from 'zod'
import type { eventFilter } from '../../main/contract/contract.ts'

export type EventFilter = z.infer<typeof eventFilter>
export const filterKeys = ['schema', 'op', 'key', 'text', 'since', 'until'] as const
export type FilterKey = (typeof filterKeys)[number]
const operations = ['insert', 'update', 'delete'] as const

/** A piece of the filter as it was typed. `key` is absent for a bare word, which is looked for in the row's text. */
export interface FilterToken {
  readonly key: FilterKey | undefined
  readonly value: string
  /** Where it stands in the text. */
  readonly from: number
  readonly to: number
}

export interface FilterProblem {
  readonly message: string
  readonly token: FilterToken
}

export interface ParsedFilter {
  readonly tokens: readonly FilterToken[]
  readonly filter: EventFilter
  readonly problems: readonly FilterProblem[]
}

export interface FilterSurroundings {
  /** ms since 1970; what `since:10m` counts from. */
  readonly now: number
  readonly schemas: readonly { readonly id: string; readonly name: string }[]
}

/**
 * Reads `schema:orders,order-lines op:update key:42 since:10m text:"foo bar"`. All parts must hold; of the values in one
 * part, one. What cannot be understood is a problem and does not filter, so that nothing is hidden by a slip of the pen.
 */
export function parseFilter(text: string, surroundings: FilterSurroundings): ParsedFilter {
  const tokens = splitFilter(text)
  const problems: FilterProblem[] = []
  const filter: EventFilter = {}
  const words: string[] = []
  for (const token of tokens) {
    const message = token.key === undefined ? readBare(token, words) : readToken(token, filter, words, surroundings)
    if (message !== undefined) problems.push({ message, token })
  }
  if (words.length > 0) filter.text = words.join(' ')
  return { tokens, filter, problems }
}

/** Cuts at spaces outside quotes. An unfinished quote goes to the end. */
export function splitFilter(text: string): FilterToken[] {
  const tokens: FilterToken[] = []
  const pattern = /(?:([A-Za-z]+):)?((?:"(?:[^"\\]|\\.)*"?|[^\s"])*)/gy
  let at = 0
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at += 1
      continue
    }
    pattern.lastIndex = at
    const match = pattern.exec(text)
    const length = match?.[0].length ?? 0
    if (match === null || length === 0) break
    const key = filterKeys.find((each) => each === match[1]?.toLowerCase())
    const raw = key === undefined ? match[0] : (match[2] ?? '')
    tokens.push({ key, value: raw, from: at, to: at + length })
    at += length
  }
  return tokens
}

/** The values of a token, at commas outside quotes, without the quotes. */
export function valuesOf(raw: string): string[] {
  const values: string[] = []
  for (const match of raw.matchAll(/(?:"(?:[^"\\]|\\.)*"?|[^",])+/g)) values.push(unquote(match[0]))
  return values.filter((value) => value !== '')
}

/** Quotes when a value would otherwise end early. */
export function quoteValue(value: string): string {
  return /[\s",]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value
}

/** `10m` → 600,000. `undefined` when it is no span. */
export function parseSpan(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text)
  const unit = match === null ? undefined : units[match[2] ?? '']
  return unit === undefined ? undefined : Number(match?.[1]) * unit
}

/** Returns the text without one token. */
export function removeToken(text: string, token: FilterToken): string {
  return `${text.slice(0, token.from)}${text.slice(token.to)}`.replace(/\s+/g, ' ').trim()
}

/** Returns the text with `key:value`, in place of a token with that key if there is one. */
export function setToken(text: string, key: FilterKey, value: string | undefined): string {
  const kept = splitFilter(text)
    .filter((token) => token.key !== key)
    .map((token) => text.slice(token.from, token.to))
  return [...kept, ...(value === undefined ? [] : [`${key}:${value}`])].join(' ')
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function readBare(token: FilterToken, words: string[]): string | undefined {
  const name = /^([A-Za-z]+):/.exec(token.value)?.[1]
  if (name !== undefined) return `There is no filter “${name}”; there are ${filterKeys.join(', ')}`
  words.push(unquote(token.value))
  return undefined
}

/** Writes what the token says into `filter`; returns what is wrong with it. */
function readToken(
  token: FilterToken,
  filter: EventFilter,
  words: string[],
  { now, schemas }: FilterSurroundings,
): string | undefined {
  const values = valuesOf(token.value)
  const [value] = values
  if (value === undefined) return `${token.key}: needs a value`
  switch (token.key) {
    case 'schema': {
      const ids = values.flatMap((name) => schemas.filter((each) => each.name === name || each.id === name))
      const unknown = values.find((name) => !schemas.some((each) => each.name === name || each.id === name))
      if (ids.length > 0) filter.schemas = [...new Set([...(filter.schemas ?? []), ...ids.map(({ id }) => id)])]
      return unknown === undefined ? undefined : `No public schema is named ${unknown}`
    }
    case 'op': {
      const known = operations.filter((operation) => values.includes(operation))
      if (known.length > 0) filter.operations = [...new Set([...(filter.operations ?? []), ...known])]
      const unknown = values.find((each) => !operations.some((operation) => operation === each))
      return unknown === undefined ? undefined : `op: is insert, update or delete, not ${unknown}`
    }
    case 'key':
      filter.key = unquote(token.value)
      return undefined
    case 'text':
      words.push(unquote(token.value))
      return undefined
    case 'since':
    case 'until': {
      const at = parseMoment(value, now)
      if (at === undefined) return `${token.key}: is a span such as 10m, 2h, 1d, or a time such as 2026-11-21T14:03`
      filter[token.key] = at
      return undefined
    }
    case undefined:
      return undefined
  }
}

function parseMoment(text: string, now: number): number | undefined {
  const span = parseSpan(text)
  if (span !== undefined) return now - span
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}

function unquote(text: string): string {
  return text.replace(/"((?:[^"\\]|\\.)*)"?/g, (_, inside: string) => inside.replace(/\\(.)/g, '$1'))
}
