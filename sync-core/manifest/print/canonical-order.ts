import type { JsonField, JsonPart } from './print-json.ts'

/** Names of fields in the order that they are printed in, and what stands under them; `each` is for the items of a list. */
export interface Shape {
  readonly fields?: Readonly<Record<string, Shape>>
  readonly each?: Shape
}

const leaf: Shape = {}
const names = (...fields: readonly string[]): Shape => ({
  fields: Object.fromEntries(fields.map((field) => [field, leaf])),
})
const listOf = (fields: Readonly<Record<string, Shape>>): Shape => ({ each: { fields } })

/** The order in which the published format names its fields, with ours after theirs. */
export const manifestShape: Shape = {
  fields: {
    $schema: leaf,
    slug: leaf,
    manifestVersion: leaf,
    connections: listOf({
      slug: leaf,
      config: names('connectionType', 'host', 'port', 'user', 'password', 'database'),
    }),
    dataStores: listOf({
      connectionSlug: leaf,
      config: names('connectionType', 'slotName', 'publicationName', 'tables', 'allTables'),
    }),
    eventStores: listOf({ connectionSlug: leaf }),
    publicSchemas: listOf({
      name: leaf,
      source: names('dataStoreSlug'),
      version: names('major', 'minor'),
      definitionFile: leaf,
      outputSchema: {
        fields: {
          $schema: leaf,
          type: leaf,
          properties: leaf,
          required: leaf,
          additionalProperties: leaf,
          'x-rejot': names('key', 'owner', 'description', 'tags', 'access', 'deprecated'),
        },
      },
      config: {
        fields: { publicSchemaType: leaf, transformations: { each: names('operation', 'table', 'sql') } },
      },
    }),
    consumerSchemas: listOf({
      name: leaf,
      sourceManifestSlug: leaf,
      publicSchema: names('name', 'majorVersion'),
      definitionFile: leaf,
      config: names('consumerSchemaType', 'destinationDataStoreSlug', 'sql', 'deleteSql'),
    }),
    workspaces: leaf,
  },
}

/**
 * The same JSON with known fields first, in the order of the shape. Unknown fields follow in their own order; the order
 * of lists, and of the columns under `properties`, says something and stays.
 */
export function inOrder(part: JsonPart, shape: Shape): JsonPart {
  const { each, fields } = shape
  if ('list' in part) return each === undefined ? part : { list: part.list.map((item) => inOrder(item, each)) }
  if (!('fields' in part) || fields === undefined) return part
  const order = Object.keys(fields)
  const placeOf = ({ name }: JsonField): number => {
    const place = order.indexOf(name)
    return place === -1 ? order.length : place
  }
  return {
    fields: part.fields
      .toSorted((a, b) => placeOf(a) - placeOf(b))
      .map(({ name, part }) => ({ name, part: inOrder(part, (Object.hasOwn(fields, name) && fields[name]) || leaf) })),
  }
}
