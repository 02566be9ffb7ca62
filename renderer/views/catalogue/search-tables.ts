import type { TableRow } from '../../../main/contract/catalogue.ts'
import type { PublicSchemaView } from '../../../main/contract/contract.ts'

export interface FoundTable {
  /** `<manifest>/<slug>` of the database that it is in. */
  readonly connection: string
  readonly table: TableRow
}

/** Tables that have every typed word in `schema.name`; databases one after the other, as they come. */
export function searchTables(
  lists: readonly { readonly connection: string; readonly tables: readonly TableRow[] }[],
  text: string,
): readonly FoundTable[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return lists.flatMap(({ connection, tables }) =>
    tables
      .filter(({ schema, name }) => {
        const whole = `${schema}.${name}`.toLowerCase()
        return words.every((word) => whole.includes(word))
      })
      .map((table) => ({ connection, table })),
  )
}

/** Public schemas that listen to a table or read it, by what their manifests write; a name without schema may mean it. */
export function publishedBy(
  { connection, table }: FoundTable,
  schemas: readonly PublicSchemaView[],
): readonly PublicSchemaView[] {
  return schemas.filter(
    ({ source, tables }) =>
      source === connection &&
      tables.some(({ table: written }) => {
        const parts = partsOf(written)
        const [schema, name] = parts.length > 1 ? parts : [undefined, parts[0]]
        return name === table.name && (schema === undefined || schema === table.schema)
      }),
  )
}

/** `sales.account`, `"Odd name"`: the names as the server compares them. */
function partsOf(written: string): readonly string[] {
  return [...written.matchAll(/"((?:[^"]|"")*)"|([^".\s]+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? '',
  )
}

/** What stands in the way of following a table's changes; `undefined`: nothing. */
export function identityFault({ kind, primaryKey, replicaIdentity }: TableRow): string | undefined {
  if (kind !== 'table' && kind !== 'partitioned table') return `A ${kind} has no changes of its own to follow`
  if (replicaIdentity === 'nothing')
    return 'Its replica identity is NOTHING: updates and deletes would fail once it is published'
  if (replicaIdentity === 'primary key' && primaryKey.length === 0)
    return 'It has no primary key: updates and deletes would fail once it is published'
  return undefined
}
