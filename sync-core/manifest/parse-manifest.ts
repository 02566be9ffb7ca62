import type { Node } from 'jsonc-parser'
import type { Manifest, Problem } from '../domain/manifest.ts'
import type { PublicSchema } from '../domain/public-schema.ts'
import { checkReferences, type NodesByNoun } from './check-references.ts'
import { fieldOf, objectsIn, requiredInteger, requiredName, type Subject, textsIn } from './fields.ts'
import { type JsonDocument, readJsonDocument, report } from './json-document.ts'
import { readConnection } from './read-connection.ts'
import { readConsumerSchema } from './read-consumer-schema.ts'
import { readDataStore } from './read-data-store.ts'
import type { Variables } from './read-password.ts'
import { readPublicSchema } from './read-public-schema.ts'
import { offsetInString, placeAt, type TextPlace } from './text-place.ts'

export interface ParsedManifest {
  /** `undefined` when any problem is an error: half a manifest is not run. */
  readonly manifest: Manifest | undefined
  /** What could be read nevertheless, to be shown. */
  readonly readable: Manifest | undefined
  readonly problems: readonly Problem[]
  /**
   * Where a noun of this manifest (its connections, data stores, schemas, transformations, or itself) is written; with
   * the names of fields, where that field's value is; with a 1-based position too, where that character of a text is.
   */
  readonly locate: (noun: object, fields?: readonly string[], position?: number) => TextPlace
}

/**
 * Reads one `rejot-manifest.json`. Pure and never throws: whatever is wrong with the content becomes a problem with
 * its place. Unknown fields are left alone. `variables` answer `${env:REJOT_…}`.
 */
export function parseManifest(content: Uint8Array | string, path: string, variables: Variables): ParsedManifest {
  const document = readJsonDocument(content, path)
  const nodes = new Map<object, Node>()
  const manifest = document.root === undefined ? undefined : readManifest(document, document.root, variables, nodes)
  const failed = document.problems.some(({ severity }) => severity === 'error')
  return {
    manifest: failed ? undefined : manifest,
    readable: manifest,
    problems: document.problems,
    locate: (noun, fields = [], position) => {
      const node = fields.reduce<Node | undefined>(fieldOf, nodes.get(noun)) ?? nodes.get(noun)
      const offset = node?.offset ?? 0
      return placeAt(document.text, position === undefined ? offset : offsetInString(document.text, offset, position))
    },
  }
}

function readManifest(
  document: JsonDocument,
  root: Node,
  variables: Variables,
  nodes: NodesByNoun,
): Manifest | undefined {
  if (root.type !== 'object') {
    report(document, root, 'A manifest is a JSON object')
    return undefined
  }
  const subject: Subject = { document, node: root, name: 'this manifest' }
  if (!isKnownVersion(subject)) return undefined
  const slug = readSlug(subject)
  const all = <T extends object>(field: string, name: string, read: (item: Subject) => T | undefined): readonly T[] =>
    objectsIn(subject, field).flatMap((node) => {
      const noun = read({ document, node, name })
      if (noun !== undefined) nodes.set(noun, node)
      return noun === undefined ? [] : [noun]
    })
  const owner = slug ?? ''
  const manifest: Manifest = {
    slug: owner,
    path: document.path,
    connections: all('connections', 'a connection', (item) => readConnection(item, owner, variables)),
    dataStores: all('dataStores', 'a data store', readDataStore),
    publicSchemas: all('publicSchemas', 'a public schema', (item) => publicSchema(item, owner, nodes)),
    consumerSchemas: all('consumerSchemas', 'a consumer schema', (item) => readConsumerSchema(item, owner)),
    workspaces: textsIn(subject, 'workspaces') ?? [],
  }
  nodes.set(manifest, root)
  reportUnused(subject)
  checkReferences(document, manifest, nodes)
  return manifest
}

function publicSchema(item: Subject, owner: string, nodes: NodesByNoun): PublicSchema | undefined {
  const read = readPublicSchema(item, owner)
  for (const { transformation, node } of read?.transformations ?? []) nodes.set(transformation, node)
  return read?.schema
}

function isKnownVersion(subject: Subject): boolean {
  const version = requiredInteger(subject, 'manifestVersion', [0, Number.MAX_SAFE_INTEGER])
  if (version === undefined || version <= 1) return true
  const message = `This manifest was written by a newer version: it has manifestVersion ${version}, this version knows 1`
  report(subject.document, fieldOf(subject.node, 'manifestVersion'), message)
  return false
}

function readSlug(subject: Subject): string | undefined {
  const slug = requiredName(subject, 'slug')
  // The published format lets the part behind an organisation be empty.
  if (slug === undefined || /^(@[a-z0-9-]+\/[a-z0-9-]*|[a-z0-9-]+)$/.test(slug)) return slug
  const message = '"slug" of this manifest may hold a to z, 0 to 9 and -, as in crm or @harbor/crm'
  report(subject.document, fieldOf(subject.node, 'slug'), message)
  return undefined
}

function reportUnused(subject: Subject): void {
  const node = fieldOf(subject.node, 'eventStores')
  if (objectsIn(subject, 'eventStores').length === 0) return
  report(subject.document, node, '"eventStores" is not used: events are kept in a file of this program', 'warning')
}
