import type { PublicSchemaView } from '../../../main/contract/contract.ts'
import { type FacetName, facetNames } from '../../stores/layout-store.ts'

export type ChosenFacets = Readonly<Partial<Record<FacetName, readonly string[]>>>

export interface FacetValue {
  /** '' stands for none. */
  readonly value: string
  /** How many would be found with it, everything else as it is chosen. */
  readonly count: number
  readonly chosen: boolean
}

export interface FoundSchema {
  readonly schema: PublicSchemaView
  /** A column or tag that a word was found in, when the row does not show it; undefined where name or owner say it. */
  readonly why: string | undefined
}

export interface SchemaSearch {
  readonly found: readonly FoundSchema[]
  readonly facets: Readonly<Record<FacetName, readonly FacetValue[]>>
}

/**
 * Public schemas that have every typed word in their name, columns, tags, owner, description or manifest, and, of each
 * facet with a choice, one of the chosen values. Counts of a facet leave out its own choice, so that one sees what
 * choosing another would bring. In the order they come.
 */
export function searchSchemas(schemas: readonly PublicSchemaView[], text: string, chosen: ChosenFacets): SchemaSearch {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const worded = schemas.filter((schema) => words.every((word) => hasWord(schema, word)))
  const within = (schema: PublicSchemaView, but?: FacetName) =>
    facetNames.every((facet) => facet === but || holds(schema, facet, chosen[facet] ?? []))
  return {
    found: worded.filter((schema) => within(schema)).map((schema) => ({ schema, why: reasonOf(schema, words) })),
    facets: {
      owner: facet('owner'),
      store: facet('store'),
      tag: facet('tag'),
      version: facet('version'),
      manifest: facet('manifest'),
    },
  }

  function facet(name: FacetName): readonly FacetValue[] {
    const counts = new Map<string, number>()
    const own = chosen[name] ?? []
    // A choice stays to be seen, and to be taken back, when nothing has it any more.
    for (const value of own) counts.set(value, 0)
    for (const schema of schemas) for (const value of valuesOf(schema, name)) counts.set(value, counts.get(value) ?? 0)
    for (const schema of worded) {
      if (!within(schema, name)) continue
      for (const value of valuesOf(schema, name)) counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    return [...counts]
      .map(([value, count]) => ({ value, count, chosen: own.includes(value) }))
      .sort((a, b) => a.value.localeCompare(b.value, 'en', { numeric: true }))
  }
}

/** What a schema has of a facet; '' where it has none. */
export function valuesOf(schema: PublicSchemaView, facet: FacetName): readonly string[] {
  switch (facet) {
    case 'owner':
      return [schema.owner ?? '']
    case 'store':
      return [schema.source]
    case 'tag':
      return schema.tags.length === 0 ? [''] : schema.tags
    case 'version':
      return [...(schema.deprecated === undefined ? [] : ['deprecated']), majorOf(schema)]
    case 'manifest':
      return [schema.manifest]
  }
}

/** `v1`: what consumers name. */
export function majorOf({ version }: Pick<PublicSchemaView, 'version'>): string {
  return `v${version.slice(0, version.indexOf('.'))}`
}

function holds(schema: PublicSchemaView, facet: FacetName, chosen: readonly string[]): boolean {
  return chosen.length === 0 || valuesOf(schema, facet).some((value) => chosen.includes(value))
}

function hasWord(schema: PublicSchemaView, word: string): boolean {
  return shownTexts(schema).some((text) => has(text, word)) || hiddenTexts(schema).some((text) => has(text, word))
}

/** The first text that a row of the table does not show and without which it would not have been found. */
function reasonOf(schema: PublicSchemaView, words: readonly string[]): string | undefined {
  const unseen = words.find((word) => !shownTexts(schema).some((text) => has(text, word)))
  if (unseen === undefined) return undefined
  const named = [...schema.columns.map(({ name }) => name), ...schema.tags].find((text) => has(text, unseen))
  return named ?? 'in the description'
}

function shownTexts({ name, owner, manifest, source }: PublicSchemaView): readonly (string | undefined)[] {
  return [name, owner, manifest, source]
}

function hiddenTexts({ columns, tags, description }: PublicSchemaView): readonly (string | undefined)[] {
  return [...columns.flatMap((column) => [column.name, column.description]), ...tags, description]
}

function has(text: string | undefined, word: string): boolean {
  return text?.toLowerCase().includes(word) === true
}
